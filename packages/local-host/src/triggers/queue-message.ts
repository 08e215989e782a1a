import type { DequeuedMessageItem } from "@azure/storage-queue";
import type { TypedData } from "../app/typed-data.ts";

/** How message texts are encoded; `base64` is the default of the Functions host. */
export type MessageEncoding = "base64" | "none";

export function encodeMessage(text: string | Uint8Array, encoding: MessageEncoding): string {
  const bytes = Buffer.from(text);
  return bytes.toString(encoding === "base64" ? "base64" : "utf8");
}

/** The text of a message; `undefined` if it is not in the encoding that the app expects. */
export function decodeMessage(text: string, encoding: MessageEncoding): string | undefined {
  if (encoding === "none") return text;
  const isBase64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(text);
  return isBase64 ? Buffer.from(text, "base64").toString("utf8") : undefined;
}

/** Trigger metadata of a queue message. */
export function messageMetadata(
  message: DequeuedMessageItem,
  text: string,
): Readonly<Record<string, TypedData>> {
  const json = (value: unknown): TypedData => ({ json: JSON.stringify(value) });
  return {
    QueueTrigger: { string: text },
    DequeueCount: json(message.dequeueCount),
    ExpirationTime: json(message.expiresOn),
    Id: json(message.messageId),
    InsertionTime: json(message.insertedOn),
    NextVisibleTime: json(message.nextVisibleOn),
    PopReceipt: json(message.popReceipt),
  };
}
