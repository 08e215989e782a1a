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
import type { PoisonMessages } from "./poison-messages.ts";
import type { Settings } from "../settings.ts";

/** Takes what comes in a queue. */
export interface QueueConsumer {
  /** Name of the function, a verb phrase. */
  readonly name: string;
  /** Lower-case letters and dashes; the app's prefix goes before it. */
  readonly queue: string;
  /**
   * Throws for whatever keeps the message from being carried out: the host brings it again, and after five tries
   * puts it into the poison queue.
   */
  readonly handle: (
    message: unknown,
    call: { readonly orchestrations: OrchestrationClient },
  ) => Promise<void>;
  /** Throws a `Problem` if no try could ever succeed. */
  readonly check: (message: unknown) => void;
}

/** A consumer of messages that a schema describes. @param process may run more than once for one message */
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
 * Registers each consumer on its queue, and another function on the queue's poison queue, which keeps what ends
 * up there and tells an operator. Called from the composition root only.
 */
export function registerQueueConsumers(
  { storage, poison }: { storage: Settings["storage"]; poison: PoisonMessages },
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
    return "It is valid, but every try to carry it out has failed";
  } catch (error) {
    if (error instanceof Problem) return `It is not valid. ${error.message}`;
    throw error;
  }
}

const BASE64 = /^[A-Za-z0-9+/\s]+={0,2}\s*$/;
const BYTE_ORDER_MARK = "\uFEFF";

/**
 * The host has parsed what is plain JSON. Senders may encode their text in base64, as was the rule once, and writers of
 * files on Windows put a byte order mark before it.
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

/** A property of that name in the message itself would shadow it, which does no harm here. */
function insertionTime({ triggerMetadata }: InvocationContext): string {
  const value = triggerMetadata?.["insertionTime"];
  return typeof value === "string" ? value : "";
}
