import { expect, test } from "vitest";
import { TablePoisonMessages } from "../../src/queues/poison-messages.ts";
import { QueueMailOutbox } from "../../src/services/sandbox/queue-mail-outbox.ts";
import { Mailbox } from "../../tools/traffic/mailbox.ts";
import { testStorage } from "../support/storage.ts";

const MESSAGE = {
  queue: "shop-orders",
  text: "{}",
  since: "2027-03-01T08:00:00Z",
  reason: "It is not valid",
};

function setUp() {
  const storage = testStorage();
  const poison = new TablePoisonMessages(storage, new QueueMailOutbox(storage), "operations@example.com");
  const rows = async () => {
    const found: Record<string, unknown>[] = [];
    for await (const row of (await storage.table("poisonMessages")).listEntities()) found.push(row);
    return found;
  };
  return { poison, rows, mailbox: new Mailbox(storage) };
}

test("a message is stored and reported once, even if it is recorded several times", async () => {
  const { poison, rows, mailbox } = setUp();
  await Promise.all([poison.record(MESSAGE), poison.record(MESSAGE)]);
  await poison.record(MESSAGE);
  expect(await rows()).toHaveLength(1);
  const ids = (await mailbox.mails()).map(({ messageId }) => messageId);
  expect(new Set(ids).size).toBe(1);
});

test("a later one with the same text is a different message", async () => {
  const { poison, rows } = setUp();
  await poison.record(MESSAGE);
  await poison.record({ ...MESSAGE, since: "2027-03-01T09:00:00Z" });
  expect(await rows()).toHaveLength(2);
});

test("a text of the maximum length is stored completely", async () => {
  const { poison, rows } = setUp();
  const text = "0123456789abcdef".repeat(4096);
  await poison.record({ ...MESSAGE, text });
  const [row] = await rows();
  expect(`${String(row?.["text"])}${String(row?.["rest"])}${String(row?.["restOfRest"])}`).toBe(text);
});
