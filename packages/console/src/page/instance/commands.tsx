import { useId, useState } from "preact/hooks";
import { Dialog } from "../parts/dialog.tsx";
import { Text } from "../parts/text.tsx";
import { instanceHref, navigate } from "../shell/router.ts";
import type { KnownInstance } from "./steps/read-steps.ts";
import { COMMANDS, type Command, type CommandInput } from "./command-list.ts";

interface CommandsProps {
  readonly instance: KnownInstance;
  readonly onDone: () => void;
}

/** What can be done with an instance in its state. */
export function Commands({ instance, onDone }: CommandsProps) {
  const [command, setCommand] = useState<Command>();
  const [done, setDone] = useState("");
  const possible = COMMANDS.filter(({ isPossible }) => isPossible(instance.runtimeStatus));
  const finish = (text: string) => {
    setCommand(undefined);
    setDone(text);
    onDone();
  };
  return (
    <div class="commands">
      <span role="status" class="done">
        {done}
      </span>
      {possible.map((one) => (
        <button
          key={one.title}
          type="button"
          class={one.isDangerous ? "small danger" : "small"}
          onClick={() => setCommand(one)}
        >
          {one.title}
        </button>
      ))}
      {command !== undefined && (
        <CommandDialog
          command={command}
          instance={instance}
          onClose={() => setCommand(undefined)}
          onDone={finish}
        />
      )}
    </div>
  );
}

interface CommandDialogProps {
  readonly command: Command;
  readonly instance: KnownInstance;
  readonly onClose: () => void;
  readonly onDone: (text: string) => void;
}

function CommandDialog({ command, instance, onClose, onDone }: CommandDialogProps) {
  const awaited = (instance.waits ?? []).flatMap(({ kind, name }) => (kind === "event" ? [name] : []));
  const [input, setInput] = useState<CommandInput>({
    reason: "",
    event: awaited[0] ?? "",
    json: "{}",
    asNew: true,
  });
  const [error, setError] = useState("");
  const [isBusy, setBusy] = useState(false);
  const run = async (event: Event) => {
    event.preventDefault();
    setError("");
    setBusy(true);
    try {
      const newId = await command.run(instance.instanceId, input);
      onDone(command.done);
      if (newId !== undefined) navigate(instanceHref(newId));
    } catch (thrown) {
      setError(thrown instanceof Error ? thrown.message : String(thrown));
      setBusy(false);
    }
  };
  return (
    <Dialog title={`${command.title}?`} onClose={onClose}>
      <form onSubmit={(event) => void run(event)}>
        <p class="mono">
          <Text value={instance.instanceId} />
        </p>
        <p>{command.explanation}</p>
        <CommandFields needs={command.needs} awaited={awaited} input={input} onChange={setInput} />
        {error !== "" && (
          <p class="error" role="alert">
            <Text value={error} most={1000} />
          </p>
        )}
        <div class="buttons">
          <button type="submit" class={command.isDangerous ? "danger" : "primary"} disabled={isBusy}>
            {command.title}
          </button>
          <button type="button" onClick={onClose}>
            Cancel
          </button>
        </div>
      </form>
    </Dialog>
  );
}

interface CommandFieldsProps {
  readonly needs: Command["needs"];
  /** Names of the events that the instance waits for. */
  readonly awaited: readonly string[];
  readonly input: CommandInput;
  readonly onChange: (input: CommandInput) => void;
}

function CommandFields({ needs, awaited, input, onChange }: CommandFieldsProps) {
  return (
    <>
      {needs.includes("reason") && (
        <label class="field">
          <span>Reason</span>
          <input
            value={input.reason}
            maxLength={200}
            onInput={({ currentTarget }) => onChange({ ...input, reason: currentTarget.value })}
          />
        </label>
      )}
      {needs.includes("event") && <EventFields awaited={awaited} input={input} onChange={onChange} />}
      {needs.includes("asNew") && (
        <label class="field check">
          <input
            type="checkbox"
            checked={input.asNew}
            onChange={({ currentTarget }) => onChange({ ...input, asNew: currentTarget.checked })}
          />
          <span>With a new id</span>
        </label>
      )}
    </>
  );
}

interface EventFieldsProps {
  readonly awaited: readonly string[];
  readonly input: CommandInput;
  readonly onChange: (input: CommandInput) => void;
}

function EventFields({ awaited, input, onChange }: EventFieldsProps) {
  const names = useId();
  return (
    <>
      <datalist id={names}>
        {awaited.map((name) => (
          <option key={name} value={name} />
        ))}
      </datalist>
      <label class="field">
        <span>Event name</span>
        <input
          value={input.event}
          required
          maxLength={256}
          list={names}
          onInput={({ currentTarget }) => onChange({ ...input, event: currentTarget.value })}
        />
      </label>
      <label class="field">
        <span>Value as JSON</span>
        <textarea
          rows={6}
          class="mono"
          spellcheck={false}
          value={input.json}
          onInput={({ currentTarget }) => onChange({ ...input, json: currentTarget.value })}
        />
      </label>
    </>
  );
}
