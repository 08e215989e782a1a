/** Version 2.0: checks first, and asks after that; instances of 1.0 continue unchanged. */
import { orchestrator, registerFunctions } from "../../../../src/durable/orchestration/functions.ts";
import { activities, answered, approval, ask, look } from "../contracts.ts";

registerFunctions({ activities: [...activities] });
registerFunctions({
  orchestrators: [
    orchestrator(approval, function* (df, { of }) {
      const steps: string[] = [];
      if (df.isSince("2.0")) steps.push((yield* df.callActivity(look, { of })).done);
      steps.push((yield* df.callActivity(ask, { of })).done);
      yield* df.waitForExternalEvent(answered);
      return { steps: [...steps, "answered"], version: df.version ?? null };
    }),
  ],
});
