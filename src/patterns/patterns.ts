/** The patterns of the app. A new one is a folder and one line here. */
import { toHours } from "../durable/orchestration/duration.ts";
import type { LoggedPattern } from "../durable/orchestration/functions.ts";
import type { NextInput } from "../durable/task-hub/former-run.ts";
import { imageFanOut } from "./image-fan-out/renditions.pattern.ts";
import { orderChaining } from "./order-chaining/order.pattern.ts";
import type { Pattern, PatternOrchestrations } from "./pattern.ts";
import { priceImportPattern } from "./price-import/price.pattern.ts";
import { refundApprovalPattern } from "./refund-approval/refund.pattern.ts";
import { reportAsyncHttp } from "./report-async-http/report.pattern.ts";
import { salesAggregator } from "./sales-aggregator/sales.pattern.ts";
import { shipmentMonitor } from "./shipment-monitor/shipment.pattern.ts";

export const PATTERNS: readonly Pattern[] = [
  orderChaining,
  imageFanOut,
  reportAsyncHttp,
  refundApprovalPattern,
  shipmentMonitor,
  priceImportPattern,
  salesAggregator,
];

/** A pattern as the logs of its functions show it. */
export const loggedPattern = ({ name, orchestrations }: Pattern): LoggedPattern => ({
  name,
  stuckAfterHours: orchestrations && toHours(orchestrations.stuckAfter),
});

/** A pattern with orchestrations, whose instances operators manage. */
export interface OrchestrationPattern extends PatternOrchestrations {
  readonly name: string;
  readonly idPrefix: string;
}

export const ORCHESTRATION_PATTERNS: readonly OrchestrationPattern[] = PATTERNS.flatMap(
  ({ name, orchestrations }) =>
    orchestrations ? [{ name, idPrefix: orchestrations.root.idPrefix, ...orchestrations }] : [],
);

/** Whether its instances start sub-orchestrations. */
export const hasParts = ({ orchestrators }: OrchestrationPattern): boolean => orchestrators.length > 1;

const PREFIXES = ORCHESTRATION_PATTERNS.map(({ idPrefix }) => idPrefix);
for (const [i, prefix] of PREFIXES.entries()) {
  const other = PREFIXES.find((each, j) => j !== i && each.startsWith(prefix));
  if (other)
    throw new Error(`The id prefix ${other} begins with another pattern's ${prefix}: choose another one`);
}

/** The pattern of an instance, sub-orchestrations included, by its id. */
export function patternOfInstance(instanceId: string): OrchestrationPattern | undefined {
  return ORCHESTRATION_PATTERNS.find(({ idPrefix }) => instanceId.startsWith(idPrefix));
}

/** The pattern of an orchestration; undefined if this app does not have it. The case of names is ignored. */
export function patternOf(orchestration: string): OrchestrationPattern | undefined {
  return ORCHESTRATION_PATTERNS.find(({ orchestrators }) =>
    orchestrators.some(({ name }) => isSameName(name, orchestration)),
  );
}

export const isSameName = (one: string, other: string): boolean => one.toLowerCase() === other.toLowerCase();

/**
 * How the inputs of root instances are made for a restart, by orchestration. Others restart with their former input.
 */
export const RESTART_INPUTS: Readonly<Record<string, NextInput>> = Object.fromEntries(
  ORCHESTRATION_PATTERNS.flatMap(({ root, restartInput }) =>
    restartInput ? [[root.name, restartInput]] : [],
  ),
);
