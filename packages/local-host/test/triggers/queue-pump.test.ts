import type { QueueServiceClient } from "@azure/storage-queue";
import { expect, test } from "vitest";
import { QueuePump } from "../../src/triggers/queue-pump.ts";

const SETTINGS = {
  maxPollingIntervalMs: 100,
  visibilityTimeoutMs: 0,
  batchSize: 16,
  newBatchThreshold: 8,
  maxDequeueCount: 5,
  messageEncoding: "none",
} as const;

test("messages that arrive while the host stops are given back, not hidden for ten minutes", async () => {
  const asked = Promise.withResolvers<void>();
  const answer = Promise.withResolvers<object>();
  const given: unknown[] = [];
  const handled: string[] = [];
  const queue = {
    receiveMessages({ abortSignal }: { readonly abortSignal: AbortSignal }) {
      asked.resolve();
      abortSignal.addEventListener("abort", () => answer.reject(new Error("canceled")));
      return answer.promise;
    },
    updateMessage: async (...args: unknown[]) => (given.push(args), {}),
  };
  const pump = new QueuePump({
    queueName: "orders",
    service: async () => ({ getQueueClient: () => queue }) as unknown as QueueServiceClient,
    settings: SETTINGS,
    handle: async (text) => handled.push(text) > 0,
    poisonQueue: () => Promise.reject(new Error("no poison queue")),
    log: () => undefined,
  });
  pump.start();
  await asked.promise;
  const stopped = pump.stop();
  // The answer is on its way when the host stops.
  await new Promise(setImmediate);
  const message = { messageId: "m1", popReceipt: "p1", messageText: "{}", dequeueCount: 1 };
  answer.resolve({ receivedMessageItems: [message] });
  await stopped;
  expect(handled).toEqual([]);
  expect(given).toEqual([["m1", "p1", undefined, 0]]);
});
