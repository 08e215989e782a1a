import { WEBHOOK_PATH, managementQuery } from "../invocation/durable-client-input.ts";
import type { ManagementAddress } from "../invocation/durable-client-input.ts";
import type { ManagementRequest } from "./management-request.ts";
import { formEncode } from "./request-path.ts";

/** Seconds after which clients should poll again, as in the extension. */
const RETRY_AFTER_S = "10";

/** Returns 202 with the management URLs of an instance. */
export function answerCheckStatus(
  request: ManagementRequest,
  address: ManagementAddress,
  instanceId: string,
): void {
  const instance = `${request.origin}${WEBHOOK_PATH}/instances/${formEncode(instanceId)}`;
  const query = managementQuery(address);
  const status = `${instance}?${query}`;
  request.json(
    202,
    JSON.stringify({
      id: instanceId,
      statusQueryGetUri: status,
      sendEventPostUri: `${instance}/raiseEvent/{eventName}?${query}`,
      terminatePostUri: `${instance}/terminate?reason={text}&${query}`,
      purgeHistoryDeleteUri: status,
      restartPostUri: `${instance}/restart?${query}`,
      suspendPostUri: `${instance}/suspend?reason={text}&${query}`,
      resumePostUri: `${instance}/resume?reason={text}&${query}`,
    }),
    { location: status, "retry-after": RETRY_AFTER_S },
  );
}
