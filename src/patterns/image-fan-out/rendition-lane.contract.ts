import { defineActivity, defineOrchestration, type } from "../../durable/orchestration/contract.ts";
import { partId } from "../../durable/orchestration/instance-id.ts";
import type { Failure, Rendering, Tally } from "./renditions.contract.ts";
import type { RenditionsOrder } from "./renditions.request.ts";

/** A lane works off the pages `page`, `page + stride` and so on, below `pages`. */
export type Lane = Rendering & {
  order: Omit<RenditionsOrder, "album">;
  page: number;
  stride: number;
  pages: number;
  tally: Tally;
};

export const renditionLane = defineOrchestration("renditionLane", {
  input: type<Lane>(),
  output: type<Tally>(),
  status: type<Tally>(),
});

/** Known beforehand, so that a status query can ask each lane how far it is. */
export const laneId = (id: string, lane: number) => partId(id, `lane-${lane}`);

export const NOTHING_YET: Tally = { done: 0, failed: 0, renditions: 0 };

export const addTallies = (a: Tally, b: Tally): Tally => ({
  done: a.done + b.done,
  failed: a.failed + b.failed,
  renditions: a.renditions + b.renditions,
});

export type Rendition = { width: number; height: number; bytes: number };
type RenderedPhoto = { name: string; width: number; height: number; renditions: Rendition[] };
export type PhotoOutcome = ({ kind: "rendered" } & RenderedPhoto) | ({ kind: "failed" } & Failure);

export const readPage = defineActivity("readPage", {
  input: type<Rendering & { page: number }>(),
  output: type<{ names: string[] }>(),
});

/** A photo that cannot be rendered is an outcome; only storage that does not answer is an error. */
export const renderPhoto = defineActivity("renderPhoto", {
  input: type<Rendering & { name: string; order: Lane["order"] }>(),
  output: type<PhotoOutcome>(),
});

/** Keeps a page's outcomes where the manifest finds them: the lane's next execution remembers counts only. */
export const recordPage = defineActivity("recordPage", {
  input: type<Rendering & { page: number; outcomes: PhotoOutcome[] }>(),
  output: type<void>(),
});

export const tallyOf = (outcome: PhotoOutcome): Tally =>
  outcome.kind === "rendered"
    ? { done: 1, failed: 0, renditions: outcome.renditions.length }
    : { done: 0, failed: 1, renditions: 0 };
