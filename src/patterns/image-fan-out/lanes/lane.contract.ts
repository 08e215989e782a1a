import { defineActivity, defineOrchestration, type } from "../../../durable/orchestration/contract.ts";
import { partId } from "../../../durable/orchestration/instance-id.ts";
import type { Counts, Failure, Rendering, RenditionsOrder } from "../renditions.contract.ts";

/** A lane renders the pages `page`, `page + stride` and so on, below `pages`. */
export type Lane = Rendering & {
  order: Omit<RenditionsOrder, "album">;
  page: number;
  stride: number;
  pages: number;
  tally: Counts;
};

export const renditionLane = defineOrchestration("renditionLane", {
  input: type<Lane>(),
  output: type<Counts>(),
  status: type<Counts>(),
});

/** Known in advance, so that a status query can read the status of each lane. */
export const laneId = (id: string, lane: number) => partId(id, `lane-${lane}`);

export const NO_PHOTOS: Counts = { done: 0, failed: 0, renditions: 0 };

export const addCounts = (a: Counts, b: Counts): Counts => ({
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

/** A photo that cannot be rendered is an outcome. Only a storage failure is an error. */
export const renderPhoto = defineActivity("renderPhoto", {
  input: type<Rendering & { name: string; order: Lane["order"] }>(),
  output: type<PhotoOutcome>(),
});

/** Stores the outcomes of a page for the manifest: the next execution of the lane keeps only counts. */
export const recordPage = defineActivity("recordPage", {
  input: type<Rendering & { page: number; outcomes: PhotoOutcome[] }>(),
  output: type<void>(),
});

export const countsOf = (outcome: PhotoOutcome): Counts =>
  outcome.kind === "rendered"
    ? { done: 1, failed: 0, renditions: outcome.renditions.length }
    : { done: 0, failed: 1, renditions: 0 };
