/** The systems outside of the app. Here they are in memory; each call represents a network call. */

export interface Order {
  readonly lines: readonly { readonly sku: string; readonly quantity: number }[];
  readonly token: string;
  readonly address: string;
}

export interface Refund {
  readonly cents: number;
  readonly approvers: readonly string[];
  /** The time limit of each approver. */
  readonly hours: number;
}

export interface Watch {
  readonly parcel: string;
  readonly notify: string;
  readonly everySeconds: number;
}

export interface Price {
  readonly sku: string;
  readonly cents: number;
}

export interface Totals {
  readonly quantity: number;
  readonly cents: number;
}

export interface Sale extends Totals {
  readonly sku: string;
}

const prices = new Map([
  ["mug-300", 1099],
  ["print-10x15", 19],
  ["canvas-60x80", 5999],
]);

export const catalog = {
  price: (sku: string) => prices.get(sku) ?? fail(`There is no product ${sku}`),
  total: (lines: Order["lines"]) =>
    lines.reduce((sum, { sku, quantity }) => sum + catalog.price(sku) * quantity, 0),
  /** Returns the earlier price. */
  setPrice(sku: string, cents: number) {
    const before = catalog.price(sku);
    prices.set(sku, cents);
    return before;
  },
};

export const bank = {
  /** What was charged (above 0) and given back (below 0), in cents. */
  entries: [] as number[],
  charge(cents: number, token: string) {
    if (token === "tok_declined") fail("The card was declined");
    bank.entries.push(cents);
  },
  giveBack: (cents: number) => void bank.entries.push(-cents),
};

export const carrier = {
  parcels: [] as string[],
  book: (address: string) =>
    address === "" ? fail("There is no address") : `parcel-${carrier.parcels.push(address)}`,
  /** The last digit of a parcel's number is the number of checks until it is delivered. */
  stateOf: (parcel: string) => {
    const left = looksLeft.get(parcel) ?? Number(parcel.at(-1));
    looksLeft.set(parcel, left - 1);
    return left > 0 ? "inTransit" : "delivered";
  },
};

const looksLeft = new Map<string, number>();

export const outbox = {
  mails: [] as string[],
  send: (to: string, text: string) => void outbox.mails.push(`${to}: ${text}`),
};

export const albums = {
  manifests: [] as object[],
  photos: (album: string) => [1, 2, 3].map((number) => `${album}-${number}.jpg`),
  /** Returns the size of the print in bytes. */
  render: (photo: string) =>
    photo.startsWith("broken") ? fail(`${photo} is not a photo`) : 1_000 * photo.length,
  write: (manifest: object) => void albums.manifests.push(manifest),
};

export const journal = {
  sales: (day: string): Sale[] => [
    { sku: "mug-300", quantity: 2, cents: 2198 },
    { sku: "print-10x15", quantity: Number(day.at(-1)), cents: 19 * Number(day.at(-1)) },
  ],
};

function fail(message: string): never {
  throw new Error(message);
}
