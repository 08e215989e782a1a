import { app, type InvocationContext } from "@azure/functions";
import type { z } from "zod";
import {
  durableClientInput,
  orchestrationClient,
  type OrchestrationClient,
} from "../durable/client/orchestration-client.ts";
import { eventLog } from "../durable/orchestration/log.ts";
import { Problem } from "../http/problem.ts";
import { validate } from "../http/read-request.ts";
import type { TablePoisonMessages } from "./poison-messages.ts";
import type { Settings } from "../settings.ts";

/** Handles the messages of a queue. */
export interface QueueConsumer {
  /** Name of the function, a verb phrase. */
  readonly name: string;
  /** Lower-case letters and dashes, without the app's prefix. */
  readonly queue: string;
  /**
   * Throws if the message cannot be handled: the host delivers it again, and moves it to the poison queue after five
   * attempts.
   */
  readonly handle: (
    message: unknown,
    call: { readonly orchestrations: OrchestrationClient },
  ) => Promise<void>;
  /** Throws a `Problem` if no attempt can succeed. */
  readonly check: (message: unknown) => void;
}

/** A consumer of messages with a schema. @param process may run more than once for one message */
export function queueConsumer<T>(
  { name, queue, schema }: { name: string; queue: string; schema: z.ZodType<T> },
  process: (message: T, call: { readonly orchestrations: OrchestrationClient }) => Promise<void>,
): QueueConsumer {
  const parse = (message: unknown) => validate(schema, content(message), "body");
  return {
    name,
    queue,
    check: (message) => void parse(message),
    handle: (message, call) => process(parse(message), call),
  };
}

/**
 * Registers each consumer for its queue, and another function for the poison queue, which stores the message and
 * notifies an operator. Called from the composition root only.
 */
export function registerQueueConsumers(
  { storage, poison }: { storage: Settings["storage"]; poison: TablePoisonMessages },
  ...consumers: readonly QueueConsumer[]
): void {
  for (const consumer of consumers) {
    const queueName = `${storage.prefix}-${consumer.queue}`;
    const connection = storage.connectionName;
    app.storageQueue(consumer.name, {
      queueName,
      connection,
      extraInputs: [durableClientInput],
      handler: (message, context) =>
        consumer.handle(message, { orchestrations: orchestrationClient(context) }),
    });
    app.storageQueue(`${consumer.name}Poisoned`, {
      queueName: `${queueName}-poison`,
      connection,
      async handler(message, context) {
        const reason = whyPoisoned(consumer, message);
        eventLog(context).error("messageGivenUp", { queue: queueName, reason });
        const text = typeof message === "string" ? message : JSON.stringify(message ?? null);
        await poison.record({ queue: queueName, text, since: insertionTime(context), reason });
      },
    });
  }
}

function whyPoisoned(consumer: QueueConsumer, message: unknown): string {
  try {
    consumer.check(message);
    return "It is valid, but every attempt to process it has failed";
  } catch (error) {
    if (error instanceof Problem) return `It is not valid. ${error.message}`;
    throw error;
  }
}

const BASE64 = /^[A-Za-z0-9+/\s]+={0,2}\s*$/;
const BYTE_ORDER_MARK = "\uFEFF";

/**
 * The host has already parsed plain JSON. Senders may encode their text in base64, as older libraries do, and may write
 * a byte order mark, as some Windows tools do.
 */
function content(message: unknown): unknown {
  if (typeof message !== "string") return message;
  const text = BASE64.test(message) ? Buffer.from(message, "base64").toString("utf8") : message;
  if (text === message && !text.startsWith(BYTE_ORDER_MARK)) return message;
  try {
    return JSON.parse(text.startsWith(BYTE_ORDER_MARK) ? text.slice(1) : text);
  } catch {
    return message;
  }
}

/** A property with this name in the message would override it, which is harmless here. */
function insertionTime({ triggerMetadata }: InvocationContext): string {
  const value = triggerMetadata?.["insertionTime"];
  return typeof value === "string" ? value : "";
}
