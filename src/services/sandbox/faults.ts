import type { Storage } from "../storage.ts";
import { insertOnce } from "./rows.ts";

/** What a sandbox service does when it meets an input. */
export type Fault =
  /** A refusal: an answer of the service, which no retry changes. */
  | { readonly kind: "refuse"; readonly reason: string }
  /** A transient fault: thrown on so many first attempts of each idempotency key. */
  | { readonly kind: "throw"; readonly attempts: number; readonly message: string };

/** Every fault that the sandbox knows. They are chosen by input, never by dice; other inputs work. */
export const SANDBOX_FAULTS = {
  paymentToken: {
    tok_declined: { kind: "refuse", reason: "The bank declined the card" },
    tok_flaky: { kind: "throw", attempts: 2, message: "The card processor did not answer in time" },
    tok_down: { kind: "throw", attempts: Infinity, message: "The card processor is down" },
  },
  postalCode: {
    "00000": { kind: "refuse", reason: "No carrier serves postal code 00000" },
    "00002": { kind: "throw", attempts: 2, message: "The carrier did not answer in time" },
    "00009": { kind: "throw", attempts: Infinity, message: "The carrier is down" },
  },
} as const satisfies Record<string, Record<string, Fault>>;

/** The only tokens beside the faulty ones; the sandbox declines any other, as a processor does. */
export const GOOD_TOKENS: readonly string[] = ["tok_ok"];

/** Looks up a fault by an input that may be anything. */
export function faultOf(faults: Readonly<Record<string, Fault>>, input: string): Fault | undefined {
  return Object.hasOwn(faults, input) ? faults[input] : undefined;
}

/** Throws transient faults as often as they ask for; attempts are counted in a table and so survive a crash. */
export class FaultInjector {
  readonly #storage: Storage;

  constructor(storage: Storage) {
    this.#storage = storage;
  }

  /** @throws {Error} if this attempt is one that the fault lets fail */
  async strike(fault: Fault | undefined, idempotencyKey: string): Promise<void> {
    if (fault?.kind !== "throw") return;
    if (fault.attempts === Infinity) throw new Error(fault.message);
    const attempts = await this.#storage.table("attempts");
    for (let attempt = 1; attempt <= fault.attempts; attempt++) {
      // Each failing attempt takes one free row: parallel attempts cannot take the same one.
      const row = { partitionKey: idempotencyKey, rowKey: `attempt-${attempt}` };
      if (await insertOnce(attempts, row)) {
        throw new Error(`${fault.message} (attempt ${attempt})`);
      }
    }
  }
}
