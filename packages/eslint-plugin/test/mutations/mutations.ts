import type { Mutation } from "./mutation.ts";
import { PLAIN_SDK_MUTATIONS } from "./plain-sdk.ts";
import { REPLAY_MUTATIONS } from "./replay.ts";
import { STEP_MUTATIONS } from "./steps.ts";

/** Seeded faults in the app's orchestrators, and in the samples with the plain SDK. */
export const MUTATIONS: readonly Mutation[] = [
  ...REPLAY_MUTATIONS,
  ...STEP_MUTATIONS,
  ...PLAIN_SDK_MUTATIONS,
];
