import type { Instance } from "../stores/instance.ts";
import { embedded, objectSource } from "./json-text.ts";

/** The visible data of an instance; `historyEvents` is JSON source. */
export interface StatusOptions {
  readonly showInput: boolean;
  readonly historyEvents?: string | undefined;
}

/** JSON source of an instance's status. */
export function statusSource(instance: Instance, { showInput, historyEvents }: StatusOptions): string {
  const members: [string, string][] = [["name", JSON.stringify(instance.name)]];
  if (instance.version !== null) members.push(["version", JSON.stringify(instance.version)]);
  members.push(["instanceId", JSON.stringify(instance.instanceId)]);
  if (instance.parentInstanceId !== null) {
    members.push(["parentInstanceId", JSON.stringify(instance.parentInstanceId)]);
  }
  members.push(
    ["runtimeStatus", JSON.stringify(instance.runtimeStatus)],
    ["input", showInput ? embedded(instance.input) : "null"],
    ["customStatus", embedded(instance.customStatus)],
    ["output", embedded(instance.output)],
    ["createdTime", seconds(instance.createdTime)],
    ["lastUpdatedTime", seconds(instance.lastUpdatedTime)],
  );
  if (historyEvents !== undefined) members.push(["historyEvents", historyEvents]);
  return objectSource(members);
}

/** `"yyyy-MM-ddTHH:mm:ssZ"`: the extension removes fractions of a second. */
function seconds(instant: number): string {
  return `"${new Date(instant).toISOString().slice(0, 19)}Z"`;
}
