import { expect, onTestFinished, test, vi } from "vitest";
import type { LoadedApp } from "../../src/app/loaded-app.ts";
import { sandboxOutbox } from "../../src/console/sandbox-outbox.ts";
import type { StorageConnections } from "../../src/triggers/storage-connection.ts";

function outboxIn(queue: object) {
  return sandboxOutbox(
    { environment: { get: () => "outbox" } } as unknown as LoadedApp,
    { queues: async () => ({ getQueueClient: () => queue }) } as unknown as StorageConnections,
  );
}

test("a read that storage does not answer in 10 seconds fails, and the next one tries again", async () => {
  const limits: number[] = [];
  const timeout = vi.spyOn(AbortSignal, "timeout").mockImplementation((milliseconds) => {
    limits.push(milliseconds);
    return AbortSignal.abort();
  });
  onTestFinished(() => timeout.mockRestore());
  const read = outboxIn({
    exists: async ({ abortSignal }: { readonly abortSignal: AbortSignal }) => abortSignal.throwIfAborted(),
  });
  for (let tries = 0; tries < 2; tries++) await expect(read?.()).rejects.toThrow("aborted");
  expect(limits).toEqual([10_000, 10_000]);
});

test("a read takes at most 100 pages of an endless outbox, and keeps the newest 5,000 mails", async () => {
  let [messages, pages] = [0, 0];
  const page = () =>
    Array.from({ length: 32 }, () => {
      const text = String(++messages);
      return {
        messageId: text,
        messageText: JSON.stringify({ to: "customer@example.com", subject: "News", text }),
        insertedOn: new Date(messages),
      };
    });
  const queue = {
    exists: async () => true,
    peekMessages: async () => ({ peekedMessageItems: page() }),
    receiveMessages: async () => (pages++, { receivedMessageItems: page() }),
  };
  const read = outboxIn(queue);
  expect(await read?.()).toHaveLength(101 * 32);
  expect(pages).toBe(100);
  const mails = (await read?.()) ?? [];
  expect(mails).toHaveLength(5000);
  expect([mails[0]?.text, mails.at(-1)?.text]).toEqual([String(messages - 4999), String(messages)]);
});
