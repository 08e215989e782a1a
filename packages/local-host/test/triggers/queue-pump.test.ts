import type { QueueServiceClient } from "@azure/storage-queue";
import { expect, onTestFinished, test, vi } from "vitest";
import { QueuePump } from "../../src/triggers/queue-pump.ts";

const SETTINGS = {
  maxPollingIntervalMs: 100,
  visibilityTimeoutMs: 0,
  batchSize: 16,
  newBatchThreshold: 8,
  maxDequeueCount: 5,
  messageEncoding: "none",
} as const;

function pumpOf(queue: object, handle: (text: string) => Promise<boolean>): QueuePump {
  return new QueuePump({
    queueName: "orders",
    service: async () => ({ getQueueClient: () => queue }) as unknown as QueueServiceClient,
    settings: SETTINGS,
    handle,
    poisonQueue: () => Promise.reject(new Error("no poison queue")),
    log: () => undefined,
  });
}

interface Request {
  readonly abortSignal: AbortSignal;
}

test("messages that arrive while the host stops are given back, not hidden for ten minutes", async () => {
  const asked = Promise.withResolvers<void>();
  const answer = Promise.withResolvers<object>();
  const given: unknown[] = [];
  const handled: string[] = [];
  const queue = {
    receiveMessages({ abortSignal }: Request) {
      asked.resolve();
      abortSignal.addEventListener("abort", () => answer.reject(new Error("canceled")));
      return answer.promise;
    },
    updateMessage: async (...args: unknown[]) => (given.push(args), {}),
  };
  const pump = pumpOf(queue, async (text) => handled.push(text) > 0);
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

test("a host that stops waits at most 2 seconds for the answer of storage", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout"] });
  onTestFinished(() => void vi.useRealTimers());
  const asked = Promise.withResolvers<void>();
  const answer = Promise.withResolvers<object>();
  const pump = pumpOf(
    {
      receiveMessages({ abortSignal }: Request) {
        asked.resolve();
        abortSignal.addEventListener("abort", () => answer.reject(new Error("canceled")));
        return answer.promise;
      },
    },
    () => Promise.resolve(true),
  );
  pump.start();
  await asked.promise;
  let isStopped = false;
  const stopped = pump.stop().then(() => (isStopped = true));
  await new Promise(setImmediate);
  await vi.advanceTimersByTimeAsync(1999);
  expect(isStopped).toBe(false);
  await vi.advanceTimersByTimeAsync(1);
  await stopped;
});

test("all polls share one signal, so that a host that runs for long keeps nothing of each", async () => {
  const signals: AbortSignal[] = [];
  const polled = Promise.withResolvers<void>();
  const pump = pumpOf(
    {
      receiveMessages: async ({ abortSignal }: Request) => {
        if (signals.push(abortSignal) === 3) polled.resolve();
        return { receivedMessageItems: [] };
      },
    },
    () => Promise.resolve(true),
  );
  pump.start();
  await polled.promise;
  await pump.stop();
  expect(new Set(signals).size).toBe(1);
});
