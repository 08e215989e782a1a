/** An incorrect version 2.0: all instances get the new step, even running ones. */
import { orchestrator, registerFunctions } from "../../../../src/durable/orchestration/functions.ts";
import { activities, answered, approval, ask, look } from "../contracts.ts";

registerFunctions({ activities: [...activities] });
registerFunctions({
  orchestrators: [
    orchestrator(approval, function* (df, { of }) {
      const looked = yield* df.callActivity(look, { of });
      const asked = yield* df.callActivity(ask, { of });
      yield* df.waitForExternalEvent(answered);
      return { steps: [looked.done, asked.done, "answered"], version: df.version ?? null };
    }),
  ],
});
