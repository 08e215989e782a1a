/** Version 1.0 of an app: asks somebody. */
import { registerActivities } from "../../../../src/durable/orchestration/activity.ts";
import { orchestrator, registerOrchestrators } from "../../../../src/durable/orchestration/orchestrator.ts";
import { activities, answered, approval, ask } from "../contracts.ts";

registerActivities(...activities);
registerOrchestrators(
  orchestrator(approval, function* (df, { of }) {
    const { done } = yield* df.callActivity(ask, { of });
    yield* df.waitForExternalEvent(answered);
    return { steps: [done, "answered"], version: df.version ?? null };
  }),
);
