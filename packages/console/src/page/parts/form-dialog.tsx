import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { Dialog } from "./dialog.tsx";
import { ErrorLine } from "./error-line.tsx";
import { Text } from "./text.tsx";

interface FormDialogProps {
  /** What the button does; with a question mark, the title. */
  readonly action: string;
  readonly title?: string;
  readonly isDangerous?: boolean;
  /** Id of what it is done to. */
  readonly subject: string;
  readonly explanation: string;
  readonly children?: ComponentChildren;
  /** If it is rejected, its message is shown, and the dialog stays. */
  readonly run: () => Promise<void>;
  readonly onClose: () => void;
}

/** Asks before something is done, with the fields that it needs. */
export function FormDialog({ action, title, isDangerous = false, run, onClose, ...shown }: FormDialogProps) {
  const [error, setError] = useState("");
  const [isBusy, setBusy] = useState(false);
  const submit = async (event: Event) => {
    event.preventDefault();
    if (isBusy) return;
    setError("");
    setBusy(true);
    try {
      await run();
    } catch (thrown) {
      setError(thrown instanceof Error ? thrown.message : String(thrown));
      setBusy(false);
    }
  };
  return (
    <Dialog title={title ?? `${action}?`} onClose={onClose}>
      <form onSubmit={(event) => void submit(event)}>
        <p class="mono">
          <Text value={shown.subject} />
        </p>
        <p>{shown.explanation}</p>
        {shown.children}
        <ErrorLine text={error} />
        <div class="buttons">
          {/* Not disabled while busy, because it would lose the focus. */}
          <button type="submit" class={isDangerous ? "danger" : "primary"} aria-disabled={isBusy}>
            {action}
          </button>
          <button type="button" onClick={onClose}>
            Cancel
          </button>
        </div>
      </form>
    </Dialog>
  );
}
