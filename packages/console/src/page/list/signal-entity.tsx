import { useState } from "preact/hooks";
import type { EntityStatus } from "../../api/management-api.ts";
import { parsed } from "../api/json.ts";
import { signalEntity } from "../api/management.ts";
import { FormDialog } from "../parts/form-dialog.tsx";
import { JsonField } from "../parts/json-field.tsx";
import { Text } from "../parts/text.tsx";

/** Sends an operation to an entity, which answers nothing. */
export function SignalEntity({ entityId }: Pick<EntityStatus, "entityId">) {
  const [isOpen, setOpen] = useState(false);
  const [done, setDone] = useState("");
  const onSent = (operation: string) => {
    setOpen(false);
    setDone(`Sent "${operation}"`);
  };
  return (
    <p class="buttons">
      <button type="button" class="small" onClick={() => setOpen(true)}>
        Signal
      </button>
      <span role="status" class="done">
        <Text value={done} />
      </span>
      {isOpen && <SignalDialog entityId={entityId} onSent={onSent} onClose={() => setOpen(false)} />}
    </p>
  );
}

interface SignalDialogProps extends Pick<EntityStatus, "entityId"> {
  readonly onSent: (operation: string) => void;
  readonly onClose: () => void;
}

function SignalDialog({ entityId, onSent, onClose }: SignalDialogProps) {
  const [operation, setOperation] = useState("");
  const [json, setJson] = useState("null");
  const run = async () => {
    const value = parsed(json);
    if (value === undefined) throw new Error("The value is not JSON.");
    await signalEntity(entityId, operation, value);
    onSent(operation);
  };
  return (
    <FormDialog
      action="Signal"
      title="Signal the entity?"
      subject={`@${entityId.name}@${entityId.key}`}
      explanation="It runs the operation when it has its turn. An operation that it does not know may do nothing."
      run={run}
      onClose={onClose}
    >
      <label class="field">
        <span>Operation</span>
        <input
          value={operation}
          required
          maxLength={256}
          onInput={({ currentTarget }) => setOperation(currentTarget.value)}
        />
      </label>
      <JsonField label="Value as JSON" rows={4} value={json} onInput={setJson} />
    </FormDialog>
  );
}
