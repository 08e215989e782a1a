import { insertOnce } from "../../storage/rows.ts";
import type { Storage } from "../../storage/storage.ts";

/** What a sandbox service does with an input. */
export type Fault =
  | { readonly kind: "none" }
  /** A refusal: a final answer of the service, which a retry does not change. */
  | { readonly kind: "refuse"; readonly reason: string }
  /** A transient fault: thrown on this many first attempts of each idempotency key. */
  | { readonly kind: "throw"; readonly attempts: number; readonly message: string }
  /** Takes this long. */
  | { readonly kind: "slow"; readonly seconds: number }
  /** Has its effect, but throws an error: the response is lost. */
  | { readonly kind: "mute"; readonly message: string };

interface Faults {
  readonly inputs: Readonly<Record<string, Fault>>;
  readonly otherwise: Fault;
}

const NONE: Fault = { kind: "none" };

/** All faults of the sandbox. The input selects them; none is random. */
export const SANDBOX_FAULTS = {
  paymentToken: {
    inputs: {
      tok_ok: NONE,
      tok_declined: { kind: "refuse", reason: "The bank declined the card" },
      tok_flaky: { kind: "throw", attempts: 2, message: "The card processor did not answer in time" },
      tok_down: { kind: "throw", attempts: Infinity, message: "The card processor is down" },
    },
    otherwise: { kind: "refuse", reason: "The card is not known" },
  },
  postalCode: {
    inputs: {
      "00000": { kind: "refuse", reason: "No carrier serves postal code 00000" },
      "00002": { kind: "throw", attempts: 2, message: "The carrier did not answer in time" },
      "00009": { kind: "throw", attempts: Infinity, message: "The carrier is down" },
    },
    otherwise: NONE,
  },
  saleCountry: {
    inputs: { ZZ: { kind: "mute", message: "The connection to the sales journal broke" } },
    otherwise: NONE,
  },
  mailAddress: {
    inputs: { "away@example.com": { kind: "throw", attempts: 4, message: "The outbox is not reachable" } },
    otherwise: NONE,
  },
} as const satisfies Record<string, Faults>;

export function faultOf({ inputs, otherwise }: Faults, input: string): Fault {
  return (Object.hasOwn(inputs, input) ? inputs[input] : undefined) ?? otherwise;
}

/** Faults of the supplier by the beginning of a sku, which may contain a count or a time: `slow-5-mug`. */
const SKU_FAULTS: readonly (readonly [RegExp, (figure: number) => Fault])[] = [
  [/^refused-/, () => ({ kind: "refuse", reason: "The supplier has taken it out of the range" })],
  [/^flaky-([1-9])-/, (attempts) => ({ kind: "throw", attempts, message: "The supplier is overloaded" })],
  [/^down-/, () => ({ kind: "throw", attempts: Infinity, message: "The supplier's system is down" })],
  [/^slow-([1-9]\d?)-/, (seconds) => ({ kind: "slow", seconds })],
  [/^mute-/, () => ({ kind: "mute", message: "The connection to the supplier broke" })],
];

export function skuFault(sku: string): Fault {
  for (const [pattern, faultOf] of SKU_FAULTS) {
    const match = pattern.exec(sku);
    if (match) return faultOf(Number(match[1]));
  }
  return NONE;
}

/** Throws transient faults as often as defined; attempts are counted in a table, so the count survives a crash. */
export class FaultInjector {
  readonly #storage: Storage;

  constructor(storage: Storage) {
    this.#storage = storage;
  }

  /** @throws {Error} if the fault lets this attempt fail */
  async throwIfDue(fault: Fault, idempotencyKey: string): Promise<void> {
    if (fault.kind !== "throw") return;
    if (fault.attempts === Infinity) throw new Error(fault.message);
    const attempts = await this.#storage.table("attempts");
    for (let attempt = 1; attempt <= fault.attempts; attempt++) {
      // Each failing attempt inserts one row: parallel attempts cannot insert the same one.
      const row = { partitionKey: idempotencyKey, rowKey: `attempt-${attempt}` };
      if (await insertOnce(attempts, row)) {
        throw new Error(`${fault.message} (attempt ${attempt})`);
      }
    }
  }
}
