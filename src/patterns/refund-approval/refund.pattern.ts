import type { Pattern } from "../pattern.ts";
import { createDecisionEndpoints } from "./decision/decision.http.ts";
import { createRefundActivities } from "./refund.activities.ts";
import { refundApproval } from "./refund.contract.ts";
import { createRefundEndpoints } from "./refund.http.ts";
import { refundDescriptions } from "./refund.openapi.ts";
import { refundOrchestrator } from "./refund.orchestrator.ts";
import { nextRefundInput } from "./refund.restart.ts";

export const refundApprovalPattern: Pattern = {
  name: "refund-approval",
  orchestrations: {
    root: refundApproval,
    orchestrators: [refundOrchestrator],
    // The longest timer of a long wait is six days; plus one day.
    stuckAfter: { days: 7 },
    restartInput: nextRefundInput,
  },
  activities: createRefundActivities,
  endpoints: (services) => [...createRefundEndpoints(services), ...createDecisionEndpoints(services)],
  descriptions: refundDescriptions,
};
