import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { BlobServiceClient } from "@azure/storage-blob";
import { expect, onTestFinished, test, vi } from "vitest";
import { QueueMailOutbox } from "../../src/services/sandbox/queue-mail-outbox.ts";
import { Storage } from "../../src/storage/storage.ts";
import { type LocalStorage, localStorage, rememberApp } from "../../tools/local-storage.ts";
import { LOCAL } from "../../tools/run.ts";
import { sentMails } from "../../tools/tour/outbox.ts";

// Up to four Azurites, in sequence.
vi.setConfig({ testTimeout: 120_000 });

/** A run gets the storage of its own data folder, regardless of other runs on this machine. */

async function folder(): Promise<string> {
  const made = await mkdtemp(path.join(tmpdir(), "data-"));
  onTestFinished(() => rm(made, { recursive: true, force: true }));
  return made;
}

async function started(data: string): Promise<LocalStorage> {
  const storage = await localStorage(data);
  onTestFinished(() => storage.stop());
  return storage;
}

const noteOf = async (data: string) =>
  JSON.parse(await readFile(path.join(data, "azurite.json"), "utf8")) as { readonly ports: object };

const hold = async ({ connectionString }: LocalStorage, container: string) => {
  await BlobServiceClient.fromConnectionString(connectionString).createContainer(container);
};
const holds = ({ connectionString }: LocalStorage, container: string) =>
  BlobServiceClient.fromConnectionString(connectionString).getContainerClient(container).exists();

test("a folder does not use the Azurite of another folder on its former ports", async () => {
  const [first, second] = [await folder(), await folder()];
  const before = await started(first);
  await hold(before, "of-the-first");
  await before.stop();
  const other = await started(second);
  // Ports may be free or in use. Here, the Azurite of the second folder uses the first folder's ports.
  const [note, ofOther] = await Promise.all([noteOf(first), noteOf(second)]);
  await writeFile(path.join(first, "azurite.json"), JSON.stringify({ ...note, ports: ofOther.ports }));
  const again = await started(first);
  expect(again.connectionString).not.toBe(other.connectionString);
  expect([await holds(again, "of-the-first"), await holds(other, "of-the-first")]).toEqual([true, false]);
  // And the other Azurite does not end with it.
  await other.stop();
  expect(await holds(again, "of-the-first")).toBe(true);
});

test("a copy of a folder does not use the Azurite of the original", async () => {
  const [original, copy] = [await folder(), await folder()];
  const storage = await started(original);
  await cp(original, copy, { recursive: true, filter: (file) => !file.includes("azurite.lock") });
  expect((await started(copy)).connectionString).not.toBe(storage.connectionString);
});

test("runs on one folder share its Azurite, even if they start at the same time", async () => {
  const data = await folder();
  const both = await Promise.all([started(data), started(data)]);
  expect(both[0]?.connectionString).toBe(both[1]?.connectionString);
  expect((await started(data)).description).toContain("already running for this folder");
});

test("mails are read from the storage of the app at the address, oldest first, and from no other", async () => {
  const [port, otherPort] = [await takenPort(), await takenPort()];
  // The other one starts first, and gets the default ports if they are free.
  const [other, storage] = [await appAt(otherPort), await appAt(port)];
  const to = "approver@example.com";
  const textsOf = async (base: string) => (await sentMails(base))?.map((mail) => mail.text);
  await send(storage, "someone@example.com", "refund-1 for somebody else");
  await send(other, to, "refund-1 of the other app");
  expect(await textsOf(`http://127.0.0.1:${port}`)).toEqual(["refund-1 for somebody else"]);
  await send(storage, to, "refund-1 of this app");
  const both = ["refund-1 for somebody else", "refund-1 of this app"];
  expect(await textsOf(`http://localhost:${port}/`)).toEqual(both);
  expect(await textsOf(`http://localhost:${port}/`), "the mails stay").toEqual(both);
  expect(await textsOf(`https://shop.example:${port}`), "it runs elsewhere").toBeUndefined();
});

/** A port that no app and no other run of the tests uses, because this test has it. */
async function takenPort(): Promise<string> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  return String((server.address() as AddressInfo).port);
}

/** The storage of an app that was started on the port. */
async function appAt(port: string): Promise<LocalStorage> {
  const data = await folder();
  const storage = await started(data);
  await rememberApp(port, data);
  onTestFinished(() => rm(path.join(LOCAL, `app-${port}.json`), { force: true }));
  return storage;
}

async function send({ connectionString }: LocalStorage, to: string, text: string): Promise<void> {
  const connection = { kind: "connectionString", connectionString } as const;
  const outbox = new QueueMailOutbox(new Storage({ connection, prefix: "shop" }));
  await outbox.send({ messageId: randomUUID(), to, subject: "Refund", text });
}
