import type { FunctionInput, InvocationContext } from "@azure/functions";
import { getClient, input } from "durable-functions";
import { ManagementEndpoint } from "../task-hub/management-endpoint.ts";
import { OrchestrationClient } from "./orchestration-client.ts";
import { TaskHub } from "../task-hub/task-hub.ts";

/** The binding that gives a function its durable client; one value serves all functions. */
export const durableClientInput: FunctionInput = input.durableClient();

/** The client of an invocation whose function has {@link durableClientInput} among its extra inputs. */
export function orchestrationClient(context: InvocationContext): OrchestrationClient {
  return new OrchestrationClient(getClient(context));
}

/** The task hub of an invocation whose function has {@link durableClientInput} among its extra inputs. */
export function taskHub(context: InvocationContext): TaskHub {
  return new TaskHub(new ManagementEndpoint(context.extraInputs.get(durableClientInput)));
}
