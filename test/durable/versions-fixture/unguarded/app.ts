/** Version 2.0 as it must not be: everybody gets the new step, also what is under way. */
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
