import { isObject, parsedJson } from "../json.ts";
import { inspect } from "node:util";
import type { AppFunction } from "../app/app-function.ts";

/** A thrown value, as message and stack. */
export interface InvocationFailure {
  readonly ok: false;
  readonly message: string;
  readonly stack: string;
}

/** Converts any thrown value; one that is not an error becomes text. Never throws. */
export function failureOf(thrown: unknown): InvocationFailure {
  try {
    if (typeof thrown !== "object" || thrown === null) return failed(String(thrown), "");
    const { message, stack } = thrown as { readonly message?: unknown; readonly stack?: unknown };
    const text = thrown instanceof Error || typeof message === "string" ? textOf(message) : jsonOf(thrown);
    return failed(text, typeof stack === "string" ? stack : "");
  } catch {
    return failed("The function threw a value that cannot be read.", "");
  }
}

function failed(message: string, stack: string): InvocationFailure {
  return { ok: false, message, stack };
}

function textOf(message: unknown): string {
  return typeof message === "object" && message !== null ? jsonOf(message) : String(message);
}

/** Circular values, BigInts and the like have no JSON. */
function jsonOf(value: object): string {
  try {
    return JSON.stringify(value) ?? inspect(value);
  } catch {
    return inspect(value);
  }
}

/** The message of a failed orchestrator contains its whole state after this label, which does not belong in a log. */
const STATE_LABEL = "\n\n$OutOfProcData$:";

/** A failure as text for the log. */
export function failureText(fn: AppFunction, { message, stack }: InvocationFailure): string {
  const cause = fn.triggerType === "orchestrationtrigger" ? labelledError(message) : undefined;
  if (cause !== undefined) return `Orchestrator function '${fn.name}' failed: ${cause}`;
  return `Function '${fn.name}' failed: ${stack === "" ? message : stack}`;
}

function labelledError(message: string): string | undefined {
  const at = message.lastIndexOf(STATE_LABEL);
  if (at < 0) return undefined;
  // The text after the label may also come from the app, not from the SDK.
  const state = parsedJson(message.slice(at + STATE_LABEL.length));
  return isObject(state) ? String(state["error"]) : undefined;
}
