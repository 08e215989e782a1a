import type { FunctionInput, InvocationContext } from "@azure/functions";
import { getClient, input } from "durable-functions";
import { OrchestrationClient } from "./orchestration-client.ts";

/** The binding that gives a function its durable client; one value serves all functions. */
export const durableClientInput: FunctionInput = input.durableClient();

/** The client of an invocation whose function has {@link durableClientInput} among its extra inputs. */
export function orchestrationClient(context: InvocationContext): OrchestrationClient {
  return new OrchestrationClient(getClient(context));
}
