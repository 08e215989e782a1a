import type { HistoryEvent, Json } from "../../../api/management-api.ts";
import { parsed } from "../../api/json.ts";

/** Histories come from any host, so each field may be missing or of another type. */
export const fieldOf = (event: HistoryEvent, name: string): unknown =>
  (event as unknown as Readonly<Record<string, unknown>>)[name];

export function textOf(event: HistoryEvent, ...names: readonly string[]): string {
  return names.map((name) => fieldOf(event, name)).find((value) => typeof value === "string") ?? "";
}

/** Undefined if it is no time. */
export function timeOf(event: HistoryEvent, name: string): number | undefined {
  const time = Date.parse(textOf(event, name));
  return Number.isNaN(time) ? undefined : time;
}

/** The JSON in a text or the text itself. */
export function valueIn(value: unknown): unknown {
  if (typeof value !== "string") return value;
  return parsed(value) ?? value;
}

export interface EntityRequest {
  readonly id: string;
  readonly operation: string;
  readonly input: unknown;
  readonly kind: "entity" | "lock" | "signal";
}

/** The message that an event sends to an entity; undefined if it is none. */
export function entityRequestOf(event: HistoryEvent): EntityRequest | undefined {
  const message = valueIn(fieldOf(event, "Input"));
  if (typeof message !== "object" || message === null) return undefined;
  const { id, op, signal, lockset, input } = message as Readonly<Record<string, Json>>;
  if (typeof id !== "string") return undefined;
  if (Array.isArray(lockset)) return { id, operation: "lock", input: lockset, kind: "lock" };
  if (textOf(event, "Name") === "release") return { id, operation: "release", input: null, kind: "signal" };
  const operation = typeof op === "string" ? op : "";
  return { id, operation, input: valueIn(input), kind: signal === true ? "signal" : "entity" };
}

/** Whether an entity's answer is an error. */
export function isEntityError(event: HistoryEvent): boolean {
  const answer = valueIn(fieldOf(event, "Input"));
  return typeof answer === "object" && answer !== null && "exceptionType" in answer;
}
