import { endOf, type Ended, invariant, type Invariant } from "./checks.ts";
import type { Started } from "./traffic.ts";

/** Longer than the clocks of outbox and campaign differ, and than a mail takes. */
const TOLERANCE_MS = 2000;

/** The money of a refund is given back if and only if it was approved, once. */
export async function checkRefunds(
  { started, states, books, mails }: Ended,
  decided: ReadonlyMap<string, "approve" | "reject">,
): Promise<Invariant[]> {
  const refunds = started.filter(({ pattern }) => pattern === "refund");
  const money: string[] = [];
  const decisions: string[] = [];
  for (const { id, about } of refunds) {
    const end = endOf(states.get(id));
    const isGiven = end === "completed autoApproved" || end === "completed approved";
    const paid = (await books.refundsPaid(String(about["orderId"]))).get(id);
    if (paid !== (isGiven ? about["value"] : undefined))
      money.push(`${id} (${end}) was paid ${paid ?? "nothing"}`);
    const choice = decided.get(id);
    const fits =
      choice === "approve" ? ["completed approved", "completed notRefundable"] : ["completed rejected"];
    if (choice !== undefined && !fits.includes(end))
      decisions.push(`${id} was decided (${choice}), and ${end}`);
  }
  return [
    invariant("a refund is paid if it was approved, once, and otherwise not", refunds.length, money),
    invariant("every decision that was accepted counts", decided.size, decisions),
    checkMails(refunds, states, mails),
  ];
}

function checkMails(refunds: readonly Started[], states: Ended["states"], mails: Ended["mails"]): Invariant {
  const ids = new Set(mails.map(({ mail }) => mail.messageId));
  const broken = refunds.flatMap(({ id }) => {
    const isExpired = endOf(states.get(id)) === "completed expired";
    const asked = [1, 2].filter((round) => ids.has(`${id}-askForDecision-${round}`)).length;
    return isExpired && asked !== 2 ? [`${id} expired, and ${asked} of 2 approvers were asked`] : [];
  });
  return invariant("nothing expires before both approvers were asked", refunds.length, broken);
}

/**
 * The documented window: a mail is sent again if its sender dies before it has noted that it was sent. The request of a
 * dead sender may still be on its way: on a busy machine for about as long as a start takes there.
 */
export function checkRepeatedMails({
  mails,
  kills,
}: Pick<Ended, "mails" | "kills">): Invariant & { readonly repeated: number } {
  const slowestStart = Math.max(0, ...kills.map(({ recovery }) => recovery?.servingMs ?? 0));
  const byId = Map.groupBy(mails, ({ mail }) => mail.messageId);
  const broken: string[] = [];
  let repeated = 0;
  for (const [id, copies] of byId) {
    repeated += copies.length - 1;
    const times = copies.map(({ sentAt }) => sentAt.getTime()).sort((a, b) => a - b);
    for (const [index, time] of times.slice(1).entries()) {
      const before = (times[index] ?? 0) - TOLERANCE_MS - slowestStart;
      if (!kills.some(({ at }) => at >= before && at <= time + TOLERANCE_MS)) {
        broken.push(`${id} was sent again without a kill in between`);
      }
    }
    if (new Set(copies.map(({ mail }) => `${mail.to} ${mail.subject}`)).size > 1)
      broken.push(`${id} differs`);
  }
  return {
    ...invariant("the same mail comes twice only where a kill is between", byId.size, broken),
    repeated,
  };
}

/** The files of albums and reports are complete, and prices are those of the imports. */
export async function checkFiles(ended: Ended): Promise<Invariant[]> {
  const { started, states, client } = ended;
  const of = (pattern: string) =>
    started.filter((each) => each.pattern === pattern && states.get(each.id)?.status === "completed");
  const [albums, reports, imports] = [of("album"), of("report"), of("import")];
  const files: string[] = [];
  for (const album of albums) files.push(...(await wrongFiles(album, ended)));
  for (const { id } of reports) {
    const { status, text } = await client.insist("GET", `/api/reports/${id}/file`);
    if (status !== 200 || !text.endsWith("\r\n")) files.push(`the file of ${id} ${status}`);
  }
  const prices: string[] = [];
  for (const each of imports) prices.push(...(await wrongPrices(each, ended)));
  return [
    invariant("albums and reports have all their files", albums.length + reports.length, files),
    invariant("the prices in force are those that imports have reported", imports.length, prices),
  ];
}

async function wrongFiles({ id, about }: Started, { states, client }: Ended): Promise<string[]> {
  const result = states.get(id)?.result as unknown as AlbumResult;
  const { photos, failures } = about;
  const wrong: string[] = [];
  const counts = [result.photos, result.renditions, result.failures.length].join();
  if (counts !== [photos, 2 * Number(photos), failures].join()) wrong.push(`${id} has ${counts}`);
  const manifest = await client.read<Manifest>(pathOf(result.manifest));
  const made = manifest?.photos.flatMap(({ renditions }) => renditions) ?? [];
  if (made.length !== result.renditions) wrong.push(`${id}: ${made.length} renditions in the manifest`);
  for (const { url, bytes } of made) {
    const { status, headers } = await client.insist("HEAD", pathOf(url));
    if (status !== 200 || Number(headers.get("content-length")) !== bytes) wrong.push(`${url} ${status}`);
  }
  return wrong;
}

async function wrongPrices({ id, about }: Started, { states, outside }: Ended): Promise<string[]> {
  const skus = String(about["skus"]).split(" ");
  const inForce = await Promise.all(skus.map((sku) => outside.supplier.price(sku)));
  const applied = inForce.filter((price) => price?.importId === id).length;
  const told = (states.get(id)?.result as { applied?: number } | undefined)?.applied;
  const isRight = applied === about["applied"] && told === applied;
  return isRight ? [] : [`${id}: ${applied} in force, ${told ?? "none"} told`];
}

interface AlbumResult {
  readonly photos: number;
  readonly renditions: number;
  readonly failures: readonly unknown[];
  readonly manifest: string;
}

interface Manifest {
  readonly photos: readonly {
    readonly renditions: readonly { readonly url: string; readonly bytes: number }[];
  }[];
}

const pathOf = (url: string) => (url.startsWith("http") ? new URL(url).pathname : url);
