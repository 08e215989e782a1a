/** Version 1.0 of an app: asks a person. */
import { orchestrator, registerFunctions } from "../../../../src/durable/orchestration/functions.ts";
import { activities, answered, approval, ask } from "../contracts.ts";

registerFunctions({ activities: [...activities] });
registerFunctions({
  orchestrators: [
    orchestrator(approval, function* (df, { of }) {
      const { done } = yield* df.callActivity(ask, { of });
      yield* df.waitForExternalEvent(answered);
      return { steps: [done, "answered"], version: df.version ?? null };
    }),
  ],
});
