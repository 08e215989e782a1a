import { randomBytes } from "node:crypto";
import { inject } from "vitest";
import { Storage } from "../../src/storage/storage.ts";

/** A first part of names that no other test file has: lower-case letters and digits, a letter first. */
export function uniquePrefix(): string {
  return `t${randomBytes(6).toString("hex")}`;
}

/** Storage on the shared Azurite under names of its own. */
export function testStorage(prefix = uniquePrefix()): Storage {
  return new Storage({
    connection: { kind: "connectionString", connectionString: inject("storage") },
    prefix,
  });
}
