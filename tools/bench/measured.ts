import type { Series } from "../report/plot.ts";
import type { Row } from "./measure.ts";

/** How something grows; both axes are logarithmic. */
export interface Curve {
  readonly title: string;
  /** What grows, written after each number: `activities`. */
  readonly of: string;
  readonly unit: string;
  readonly series: readonly Series[];
}

/** What a section of the bench has measured. */
export interface Measured {
  readonly rows: readonly Row[];
  readonly curves?: readonly Curve[];
  /** Markdown, before the tables. */
  readonly text?: readonly string[];
}

export interface BenchOptions {
  /** Small sizes and few repetitions: whether it works, no figures to compare. */
  readonly isShort: boolean;
  /** Folder of JPEG files. */
  readonly photos: string;
}
