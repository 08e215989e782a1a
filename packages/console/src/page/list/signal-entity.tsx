import { useState } from "preact/hooks";
import type { EntityStatus } from "../../api/management-api.ts";
import { parsed } from "../api/json.ts";
import { signalEntity } from "../api/management.ts";
import { Dialog } from "../parts/dialog.tsx";
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
  const [error, setError] = useState("");
  const [isBusy, setBusy] = useState(false);
  const run = async (event: Event) => {
    event.preventDefault();
    const value = parsed(json);
    if (value === undefined) return setError("The value is not JSON.");
    setError("");
    setBusy(true);
    try {
      await signalEntity(entityId, operation, value);
      onSent(operation);
    } catch (thrown) {
      setError(thrown instanceof Error ? thrown.message : String(thrown));
      setBusy(false);
    }
  };
  return (
    <Dialog title="Signal the entity?" onClose={onClose}>
      <form onSubmit={(event) => void run(event)}>
        <p class="mono">
          <Text value={`@${entityId.name}@${entityId.key}`} />
        </p>
        <p>It runs the operation when it has its turn. An operation that it does not know may do nothing.</p>
        <label class="field">
          <span>Operation</span>
          <input
            value={operation}
            required
            maxLength={256}
            onInput={({ currentTarget }) => setOperation(currentTarget.value)}
          />
        </label>
        <label class="field">
          <span>Value as JSON</span>
          <textarea
            rows={4}
            class="mono"
            spellcheck={false}
            value={json}
            onInput={({ currentTarget }) => setJson(currentTarget.value)}
          />
        </label>
        {error !== "" && (
          <p class="error" role="alert">
            <Text value={error} most={1000} />
          </p>
        )}
        <Buttons isBusy={isBusy} onClose={onClose} />
      </form>
    </Dialog>
  );
}

function Buttons({ isBusy, onClose }: { readonly isBusy: boolean; readonly onClose: () => void }) {
  return (
    <div class="buttons">
      <button type="submit" class="primary" disabled={isBusy}>
        Signal
      </button>
      <button type="button" onClick={onClose}>
        Cancel
      </button>
    </div>
  );
}
