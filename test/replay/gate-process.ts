import { check, type CheckedInstance, historyFiles, isBroken, loadAppForReplay } from "durable-replay";

/** A process that asks the gate about changed apps, one after the other: the libraries of all are loaded once. */

export interface Question {
  readonly app: string;
  /** Folders. */
  readonly histories: readonly string[];
}
export type Answer = { readonly broken: readonly CheckedInstance[] } | { readonly error: string };

// As the command does: what an orchestrator abandons is not part of a replay.
for (const event of ["unhandledRejection", "uncaughtException"]) process.on(event, () => undefined);

process.on("message", (question: Question) => {
  brokenOf(question).then(
    (broken) => process.send?.({ broken } satisfies Answer),
    (error: unknown) => process.send?.({ error: String(error) } satisfies Answer),
  );
});

async function brokenOf({ app: folder, histories }: Question): Promise<CheckedInstance[]> {
  const app = await loadAppForReplay(folder);
  const broken: CheckedInstance[] = [];
  for (const place of histories)
    for await (const instance of check(historyFiles(place), app))
      if (isBroken(instance.verdict)) broken.push(instance);
  return broken;
}
