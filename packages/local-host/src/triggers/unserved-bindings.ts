import type { AppFunction } from "../app/app-function.ts";
import { InputBindings } from "./input-bindings.ts";
import { OutputBindings } from "./output-bindings.ts";
import type { StorageConnections } from "./storage-connection.ts";
import type { StorageKind } from "./storage-libraries.ts";

/** Trigger types that this host supports. */
const SERVED_TRIGGERS: ReadonlySet<string> = new Set([
  "httptrigger",
  "timertrigger",
  "queuetrigger",
  "blobtrigger",
  "orchestrationtrigger",
  "activitytrigger",
  "entitytrigger",
]);

/** A feature that the local host does not support for some functions. */
interface Unserved {
  readonly functionNames: readonly string[];
  readonly message: string;
}

/** The triggers and bindings that the local host does not support: each kind once, with a remedy. */
export function unservedBindings(
  functions: readonly AppFunction[],
  connections: StorageConnections,
): readonly Unserved[] {
  const names = new Map<string, string[]>();
  for (const fn of functions) {
    for (const message of new Set([...messagesFor(fn), ...withoutStorage(fn, connections)])) {
      const known = names.get(message);
      if (known === undefined) names.set(message, [fn.name]);
      else known.push(fn.name);
    }
  }
  return [...names].map(([message, functionNames]) => ({ functionNames, message }));
}

function messagesFor(fn: AppFunction): readonly string[] {
  const { type } = fn.trigger.binding;
  const trigger = SERVED_TRIGGERS.has(fn.triggerType)
    ? []
    : [
        `${type} is not served by the local host. Call the function by hand, POST /admin/functions/<name> with ` +
          `{"input": ...}, or run the app with "func start".`,
      ];
  const inputs = fn.extraInputs.map((input) => InputBindings.refusal(input));
  const outputs = fn.outputs
    .filter((output) => !OutputBindings.supports(output))
    .map(
      ({ binding }) =>
        `The output binding ${binding.type} is not written by the local host: its values are lost. Run the app ` +
        'with "func start" to have it written.',
    );
  return [...trigger, ...inputs.filter((message) => message !== undefined), ...outputs];
}

/** Triggers report this themselves. An input or output would fail only when the function is called. */
function withoutStorage(fn: AppFunction, connections: StorageConnections): readonly string[] {
  return [...fn.extraInputs, ...fn.outputs].flatMap(({ binding }) => {
    const kind = storageKind(binding.type);
    if (kind === undefined) return [];
    return connections.missingLibrary(kind) ?? connections.refusal(binding.connection) ?? [];
  });
}

function storageKind(type: string): StorageKind | undefined {
  return (["queue", "blob", "table"] as const).find((kind) => kind === type.toLowerCase());
}
