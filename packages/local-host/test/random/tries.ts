/** What the tests of random programs try, from the environment. The usual run always tries the same programs. */
const USUAL_RUNS = 100;

const minutes = positive("RANDOM_SCHEDULES_MINUTES", /^\d*\.?\d+$/, "a number");
const runs = positive("RANDOM_SCHEDULES_RUNS", /^\d+$/, "a whole number");
/** One failed program, as fast-check names it. */
const path = process.env["RANDOM_SCHEDULES_PATH"];
const isUsual = minutes === undefined && (runs ?? USUAL_RUNS) <= USUAL_RUNS;
const seed =
  positive("RANDOM_SCHEDULES_SEED", /^\d+$/, "a whole number") ?? (isUsual ? 1 : Date.now() % 2 ** 31);

export const TRIES = {
  seed,
  numRuns: minutes === undefined ? (runs ?? USUAL_RUNS) : Infinity,
  ...(minutes !== undefined && { interruptAfterTimeLimit: minutes * 60_000 }),
  ...(path !== undefined && { path, numRuns: 1, endOnFailure: true }),
};

/** Whether so many programs are tried that everything must have happened in some of them. */
export const ARE_MANY = path === undefined && TRIES.numRuns >= USUAL_RUNS;

/** The command that tries one failed program again, as it was shrunk. */
export function commandFor(test: string, failedPath: string): string {
  return `RANDOM_SCHEDULES_SEED=${seed} RANDOM_SCHEDULES_PATH=${failedPath} npm test -- random-schedules -t "${test}"`;
}

function positive(name: string, form: RegExp, what: string): number | undefined {
  const text = process.env[name];
  if (text === undefined) return undefined;
  if (!form.test(text) || Number(text) <= 0) throw new Error(`${name}=${text}: use ${what} above 0.`);
  return Number(text);
}
