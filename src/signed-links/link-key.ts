import { randomBytes } from "node:crypto";
import { firstOf } from "../storage/rows.ts";
import type { Storage } from "../storage/storage.ts";

const ROW = { partitionKey: "decisions", rowKey: "key" };

/**
 * The key for signing links: the one from the settings, if a Key Vault reference or an operator provides it. Otherwise
 * the first use creates a random key and stores it in the app's storage. So a deployment needs no secret, no person
 * ever sees it, and links survive a restart. Anyone who can read that storage could forge a link, but could also write
 * to the task hub.
 */
export function linkKey(ofSettings: string | undefined, storage: Storage): () => Promise<string> {
  if (ofSettings !== undefined) return () => Promise.resolve(ofSettings);
  let stored: string | undefined;
  return async () => (stored ??= await storedKey(storage));
}

async function storedKey(storage: Storage): Promise<string> {
  const value = randomBytes(32).toString("base64url");
  return (await firstOf<{ value: string }>(await storage.table("secrets"), { ...ROW, value })).value;
}
