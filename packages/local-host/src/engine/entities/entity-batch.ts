import type { TypedData } from "../../app/typed-data.ts";
import { entityIdOf } from "../history/entity-id.ts";
import type { RequestMessage } from "../history/entity-messages.ts";
import type { SchedulerState } from "./scheduler-state.ts";

/** The trigger of an entity function. */
export function entityPayload(
  instanceId: string,
  state: SchedulerState,
  batch: readonly RequestMessage[],
): TypedData {
  return {
    string: JSON.stringify({
      self: entityIdOf(instanceId),
      exists: state.exists === true,
      state: state.state ?? null,
      batch: batch.map((request) => ({
        name: request.op,
        input: request.input ?? null,
        isSignal: request.signal === true,
        id: request.id,
      })),
    }),
  };
}
