import { useEffect, useId, useRef, useState } from "preact/hooks";
import { FormDialog } from "../parts/form-dialog.tsx";
import { JsonField } from "../parts/json-field.tsx";
import { Id } from "../parts/text.tsx";
import { instanceHref } from "../shell/router.ts";
import type { KnownInstance } from "./steps/read-steps.ts";
import { COMMANDS, type Command, type CommandInput } from "./command-list.ts";

interface CommandsProps {
  readonly instance: KnownInstance;
  readonly onDone: () => void;
}

/** What a command did. */
interface Done {
  readonly text: string;
  readonly newId: string | undefined;
  /** When it was sent: the message goes with it. */
  readonly status: string;
}

const SHOWN_MS = 8000;

/** What can be done with an instance in its state. */
export function Commands({ instance, onDone }: CommandsProps) {
  const [command, setCommand] = useState<Command>();
  const [done, setDone] = useState<Done>();
  const group = useRef<HTMLDivElement>(null);
  const { runtimeStatus } = instance;
  const possible = COMMANDS.filter(({ isPossible }) => isPossible(runtimeStatus));
  useEffect(() => {
    if (done === undefined) return undefined;
    // The button that opened the dialog may go with the status.
    group.current?.focus();
    if (done.newId !== undefined) return undefined;
    const timer = setTimeout(() => setDone(undefined), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [done]);
  const finish = (text: string, newId: string | undefined) => {
    setCommand(undefined);
    setDone({ text, newId: newId === instance.instanceId ? undefined : newId, status: runtimeStatus });
    onDone();
  };
  const isCurrent = done !== undefined && (done.newId !== undefined || done.status === runtimeStatus);
  return (
    <div class="commands" role="group" aria-label="Commands" tabIndex={-1} ref={group}>
      <span role="status" class="done">
        {isCurrent && done.text}
        {isCurrent && done.newId !== undefined && (
          <>
            {" as "}
            <a class="mono" href={instanceHref(done.newId)}>
              <Id value={done.newId} />
            </a>
          </>
        )}
      </span>
      {possible.map((one) => (
        <button
          key={one.title}
          type="button"
          class={one.isDangerous ? "small danger" : "small"}
          onClick={() => {
            setDone(undefined);
            setCommand(one);
          }}
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
  /** @param newId of a restarted instance */
  readonly onDone: (text: string, newId: string | undefined) => void;
}

function CommandDialog({ command, instance, onClose, onDone }: CommandDialogProps) {
  const awaited = (instance.waits ?? []).flatMap(({ kind, name }) => (kind === "event" ? [name] : []));
  const [input, setInput] = useState<CommandInput>({
    reason: "",
    event: awaited[0] ?? "",
    json: "{}",
    asNew: true,
  });
  const run = async () => {
    const newId = await command.run(instance.instanceId, input);
    onDone(command.done, newId);
  };
  return (
    <FormDialog
      action={command.title}
      isDangerous={command.isDangerous}
      subject={instance.instanceId}
      explanation={command.explanation}
      run={run}
      onClose={onClose}
    >
      <CommandFields needs={command.needs} awaited={awaited} input={input} onChange={setInput} />
    </FormDialog>
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
      <JsonField
        label="Value as JSON"
        rows={6}
        value={input.json}
        onInput={(json) => onChange({ ...input, json })}
      />
    </>
  );
}
