import { endOf, type Ended, invariant, type Invariant, workerDeaths } from "./checks.ts";

/** Longer than the clocks of outbox and campaign differ, and than a mail takes. */
const TOLERANCE_MS = 2000;

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

/** The news on the way to each end of a watch, and the end itself. */
const JOURNEYS: Readonly<Record<string, readonly [way: readonly string[], end: string]>> = {
  delivered: [["is announced", "is on its way", "comes today"], "has been delivered"],
  lost: [["is announced", "is on its way"], "is lost"],
  returned: [["is announced", "is on its way"], "goes back to the shop"],
  overdue: [["is announced", "is on its way"], "is overdue"],
};
const NEWS = /^Your parcel (\S+) (.+)$/;

/** Each piece of news of a watched parcel is mailed under one id, and none is left out. */
export function checkNews({
  started,
  states,
  mails,
  kills,
  instances,
}: Pick<Ended, "started" | "states" | "mails" | "kills" | "instances">): Invariant {
  const hasLostWorker = workerDeaths({ kills, instances });
  const news = mails.flatMap(({ mail }) => {
    const [, parcel, text = ""] = NEWS.exec(mail.subject) ?? [];
    return parcel === undefined ? [] : [{ parcel, text, id: mail.messageId, to: mail.to }];
  });
  const broken: string[] = [];
  for (const [what, copies] of Map.groupBy(news, ({ parcel, text, to }) => `${to}: ${parcel} ${text}`)) {
    const ids = new Set(copies.map(({ id }) => id));
    if (ids.size > 1) broken.push(`${what} was mailed under ${ids.size} ids`);
  }
  const byParcel = Map.groupBy(news, ({ parcel }) => parcel);
  const watches = started.filter(({ pattern }) => pattern === "watch");
  for (const watch of watches) {
    const { id, about } = watch;
    const end = endOf(states.get(id)).replace("completed ", "");
    const journey = JOURNEYS[end];
    if (!journey) continue;
    const told = new Set(byParcel.get(String(about["trackingNumber"]))?.map(({ text }) => text));
    const [way, last] = journey;
    // A step that dies with its worker is not repeated, and the next check sees only where the parcel is by then. A
    // deadline of seconds may pass before the first check. What ends a watch is told, or it goes on; only its deadline
    // ends it in any case.
    const isWayCertain = !hasLostWorker(watch) && end !== "overdue";
    const isEndCertain = !hasLostWorker(watch) || end !== "overdue";
    const missing = [...(isWayCertain ? way : []), ...(isEndCertain ? [last] : [])].filter(
      (text) => !told.has(text),
    );
    const strange = [...told].filter((text) => text !== last && !way.includes(text));
    if (missing.length > 0) broken.push(`${id} (${end}) has not told: ${missing.join(", ")}`);
    if (strange.length > 0) broken.push(`${id} (${end}) has told: ${strange.join(", ")}`);
  }
  return invariant("the news of a watched parcel is mailed, each once", watches.length, broken);
}
