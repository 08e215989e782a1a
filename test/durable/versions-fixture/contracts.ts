import { activity } from "../../../src/durable/orchestration/functions.ts";
import {
  defineActivity,
  defineEvent,
  defineOrchestration,
  type,
} from "../../../src/durable/orchestration/contract.ts";

const shapes = { input: type<{ of: string }>(), output: type<{ done: string }>() };
export const ask = defineActivity("ask", shapes);
export const look = defineActivity("look", shapes);
export const answered = defineEvent("answered", { payload: type<{ yes: boolean }>() });
export const approval = defineOrchestration("approval", {
  input: type<{ of: string }>(),
  output: type<{ steps: string[]; version: string | null }>(),
  status: type<{ waiting: boolean }>(),
});

export const activities = [ask, look].map((contract) =>
  activity(contract, ({ of }) => ({ done: `${contract.name} ${of}` })),
);
