import type { History } from "durable-replay";
import type { InstanceReplay } from "../api/local-host-extras.ts";

/** What the process that replays gets. */
export interface ReplayRequest {
  readonly id: number;
  /** The app's. */
  readonly folder: string;
  /** URL of `durable-replay`, as the app has installed it. */
  readonly library: string;
  readonly history: History;
  readonly from: number | undefined;
}

export type ReplayAnswer =
  { readonly id: number; readonly replay: InstanceReplay } | { readonly id: number; readonly error: string };
