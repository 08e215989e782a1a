import type { DurableOrchestrationContext } from "durable-functions";
import { type Operation, type Step, TimerStep } from "./step.ts";

/** The branches of a race by name, and the tagged winner that they make. */
export type Branches = Readonly<Record<string, Step<unknown>>>;
export type Winner<B extends Branches> = {
  [K in keyof B & string]: { readonly winner: K; readonly value: B[K] extends Step<infer T> ? T : never };
}[keyof B & string];

/**
 * The first branch to finish, by name. Timers that lost are cancelled here, so that no orchestrator can forget
 * it: an instance stays Running until its last pending timer fires. A losing activity is not stopped; it runs to
 * its end unheard. Branches are created for this race and used in no other.
 *
 * @throws what the winning branch failed with
 */
export function* race<B extends Branches>(
  df: DurableOrchestrationContext,
  branches: B,
): Operation<Winner<B>> {
  const entries = Object.entries(branches);
  const first = yield df.Task.any(entries.map(([, step]) => step.task));
  for (const [, step] of entries) if (step instanceof TimerStep) step.cancel();
  const won = entries.find(([, step]) => step.task === first);
  if (!won) throw new Error("Task.any answered with a task that is none of the branches");
  const [winner, step] = won;
  // The pair is right by construction; TypeScript cannot follow a key through Object.entries.
  return { winner, value: step.result } as Winner<B>;
}
