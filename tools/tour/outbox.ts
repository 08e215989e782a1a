import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { QueueServiceClient } from "@azure/storage-queue";
import { type AzuritePorts, connectionString, isAzuriteAt, USUAL_PORTS } from "../azurite.ts";
import { ROOT } from "../run.ts";

const AT_A_TIME = 32;
/** Messages looked at are back in the queue after that, for whoever delivers them. */
const HIDDEN_SECONDS = 1;
const MOST_PAGES = 100;

/**
 * The last mail to somebody with this text in it, out of the outbox of an app on this machine; undefined if there
 * is none, or no outbox that can be reached. The mails stay there.
 */
export async function lastMail(to: string, text: string): Promise<string | undefined> {
  const ports = await azuritePorts();
  if (!ports) return undefined;
  const prefix = process.env["SHOP_STORAGE_PREFIX"] ?? "shop";
  const options = { retryOptions: { maxTries: 1 } };
  const service = QueueServiceClient.fromConnectionString(connectionString(ports), options);
  const outbox = service.getQueueClient(`${prefix}-outbox`);
  let last: string | undefined;
  for (let page = 0; page < MOST_PAGES; page++) {
    const { receivedMessageItems } = await outbox.receiveMessages({
      numberOfMessages: AT_A_TIME,
      visibilityTimeout: HIDDEN_SECONDS,
    });
    for (const { messageText } of receivedMessageItems) {
      const mail = JSON.parse(messageText) as { to: string; text: string };
      if (mail.to === to && mail.text.includes(text)) last = mail.text;
    }
    if (receivedMessageItems.length < AT_A_TIME) break;
  }
  return last;
}

async function azuritePorts(): Promise<AzuritePorts | undefined> {
  for (const ports of [await portsOfNote(), USUAL_PORTS]) {
    if (ports && (await isAzuriteAt(ports))) return ports;
  }
  return undefined;
}

/** Where `npm start` has left its Azurite's ports. */
async function portsOfNote(): Promise<AzuritePorts | undefined> {
  try {
    return JSON.parse(await readFile(join(ROOT, ".local", "azurite.json"), "utf8")) as AzuritePorts;
  } catch {
    return undefined;
  }
}
