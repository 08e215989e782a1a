interface JsonFieldProps {
  readonly label: string;
  readonly rows: number;
  readonly value: string;
  readonly onInput: (text: string) => void;
}

/** A value as JSON text, which is read when the form is sent. */
export function JsonField({ label, rows, value, onInput }: JsonFieldProps) {
  return (
    <label class="field">
      <span>{label}</span>
      <textarea
        rows={rows}
        class="mono"
        spellcheck={false}
        value={value}
        onInput={({ currentTarget }) => onInput(currentTarget.value)}
      />
    </label>
  );
}
