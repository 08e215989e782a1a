import { invariant, type Invariant } from "./checks.ts";

/** What may be in storage at the end, for a process that has not been purged, or for one that was known at any time. */
const LAWFUL: readonly RegExp[] = [
  /^container (?:health|imports|photos|price-lists|renditions|reports)$/,
  /^queue (?:orders|outbox)$/,
  /^table (?:attempts|claims|health|mails|parcels|payments|poisonMessages|rescues|sales|secrets|shipments|stock|supplierPrices)$/,
  /^blob health\/probe$/,
  /^blob photos\/c\d+-\d+\/\d\.jpg$/,
  /^blob price-lists\/c\d+-\d+$/,
  // Renditions belong to their album, which nobody deletes here.
  /^blob renditions\/c\d+-\d+\/(?<known>[^/]+)\/(?:open|(?:pages|outcomes)\/\d+\.json)$/,
  /^blob renditions\/c\d+-\d+\/(?<known>[^/]+)\/files\/(?:manifest\.json|contact-sheet\.jpg|photos\/\d\.jpg\/(?:32|64)\.webp)$/,
  /^blob reports\/(?<process>[^/]+)\/(?:interim-\d+\.json|report\.csv)$/,
  // Its pages are deleted at the end, and a blob says so.
  /^blob imports\/(?<process>[^/]+)\/(?:dead-letters\.csv|discarded)$/,
  /^row claims\/(?<process>shipment-[^/]+)\//,
  /^row claims\/[^/]+\/start (?<process>.+)$/,
  /^row rescues\/instance\/(?<process>.+)$/,
];

/** A claim whose caller has gone before its process was started. */
const CLAIM = /^row claims\/([^/]+)\//;

/**
 * Nothing is in storage that belongs to no process, or was needed only while its process ran.
 *
 * @param lines see `stored`
 * @param processes ids of all that have not been purged
 * @param purged ids of others that were there before
 * @param abandoned starts whose callers have gone without an answer
 */
export function checkLeftBehind(
  lines: readonly string[],
  {
    processes,
    purged,
    abandoned,
  }: {
    readonly processes: ReadonlySet<string>;
    readonly purged: ReadonlySet<string>;
    readonly abandoned: number;
  },
): Invariant {
  const left = lines.filter((line) => {
    const rule = LAWFUL.map((pattern) => pattern.exec(line)).find((match) => match !== null);
    if (!rule) return true;
    const { process, known } = rule.groups ?? {};
    if (process !== undefined) return !processes.has(process);
    return known !== undefined && !processes.has(known) && !purged.has(known);
  });
  const claims = new Set(left.flatMap((line) => CLAIM.exec(line)?.[1] ?? []));
  const broken = claims.size > abandoned ? left : left.filter((line) => !CLAIM.test(line));
  return invariant("nothing is left in storage without a process that needs it", lines.length, broken);
}
