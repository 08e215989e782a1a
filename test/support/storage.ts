import { randomBytes } from "node:crypto";
import { inject } from "vitest";
import { Storage } from "../../src/storage/storage.ts";

/** A unique prefix for the names of this test file: lower-case letters and digits, a letter first. */
export function uniquePrefix(): string {
  return `t${randomBytes(6).toString("hex")}`;
}

/** Storage on the shared Azurite with its own names. */
export function testStorage(prefix = uniquePrefix()): Storage {
  return new Storage({
    connection: { kind: "connectionString", connectionString: inject("storage") },
    prefix,
  });
}
