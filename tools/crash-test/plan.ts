import { Random } from "../traffic/random.ts";

/** When a kill happens, after a random wait: at once, or as soon as something happens that it is aimed at. */
export const MOMENTS = {
  anyTime: "at any time",
  afterAcknowledgement: "just after a 202",
  duringCommit: "while the task hub is written",
  duringRecovery: "while the host starts again",
} as const;
export type Moment = keyof typeof MOMENTS;

export interface Kill {
  readonly target: "host" | "worker";
  readonly moment: Moment;
  /** Counted from when the host answers; `duringRecovery` from the start of its process. */
  readonly waitMs: number;
  /** After what the kill is aimed at. */
  readonly delayMs: number;
}

/** Every sixth kill is one of the worker. */
const WORKER_EVERY = 6;

const HOST_MOMENTS: readonly Moment[] = [
  "anyTime",
  "anyTime",
  "afterAcknowledgement",
  "duringCommit",
  "duringCommit",
  "duringRecovery",
];

const WORKER_MOMENTS: readonly Moment[] = ["anyTime", "afterAcknowledgement"];

/** The kills of a round. The same seed gives the same plan. */
export function planOf(seed: number, kills: number): Kill[] {
  const random = new Random(seed);
  const isOfWorker = (number: number) => number % WORKER_EVERY === 0;
  return Array.from({ length: kills }, (_, index): Kill => {
    const target = isOfWorker(index + 1) ? "worker" : "host";
    const aimed = random.pick(target === "host" ? HOST_MOMENTS : WORKER_MOMENTS);
    // Only after a kill of the host does it start again.
    const isStarting = index > 0 && !isOfWorker(index);
    const moment = aimed === "duringRecovery" && !isStarting ? "anyTime" : aimed;
    const waitMs = moment === "duringRecovery" ? random.between(20, 700) : random.between(50, 1500);
    return { target, moment, waitMs, delayMs: random.between(0, 15) };
  });
}
