import { asObject, isObject } from "../json.ts";
import { messageOf } from "../errors.ts";

/** Storage's error message with its code; the client's own message contains only the status. */
export function storageErrorText(error: unknown): string {
  const { code, message } = asObject(asObject(error)["details"]);
  if (typeof code === "string" && typeof message === "string") return `${firstLine(message)} (${code})`;
  const text = messageOf(error);
  if (text.includes("ECONNREFUSED")) {
    return `${firstLine(text)}; is the storage emulator running? (npx azurite)`;
  }
  return isStorageError(error) ? firstLine(text) : text;
}

/** The next lines contain ids of the request; the number of an action in a transaction may precede the message. */
function firstLine(text: string): string {
  return (text.split("\n", 1)[0] ?? "").replace(/^\d+:/, "");
}

function isStorageError(error: unknown): boolean {
  return isObject(error) && "statusCode" in error;
}

export function isNotFound(error: unknown): boolean {
  return isObject(error) && error["statusCode"] === 404;
}
