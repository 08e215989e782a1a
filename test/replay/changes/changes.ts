import { CALL_CHANGES } from "./calls.ts";
import { DETERMINISM_CHANGES } from "./determinism.ts";
import { PLAIN_SDK_CHANGES } from "./plain-sdk.ts";
import type { SeededChange } from "./seeded-change.ts";
import { STEP_CHANGES } from "./steps.ts";

/** Faults in the app's orchestrators, and in the samples with the plain SDK. Gate or linter must find each of them. */
export const FAULTS: readonly SeededChange[] = [
  ...CALL_CHANGES,
  ...DETERMINISM_CHANGES,
  ...STEP_CHANGES,
  ...PLAIN_SDK_CHANGES,
];
