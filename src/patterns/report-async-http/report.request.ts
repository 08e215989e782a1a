import { z } from "zod";
import { daysOf } from "./report.period.ts";

const LONGEST_DAYS = 366;

/** `2026-11-24`, or a moment of it in UTC. */
const moment = z.union([z.iso.date(), z.iso.datetime()], {
  error: "Must be a day (2026-11-24) or a time in UTC (2026-11-24T10:00:00Z)",
});

/** What a caller sends to have a report made. A day as `to` is included. */
export const reportRequest = z
  .strictObject({ from: moment, to: moment, groupBy: z.enum(["day", "sku", "country"]) })
  .superRefine((request, context) => {
    const days = daysOf(request).length;
    const error = days < 1 ? "Must be after from" : `Must be at most ${LONGEST_DAYS} days after from`;
    if (days < 1 || days > LONGEST_DAYS) context.addIssue({ code: "custom", path: ["to"], message: error });
  });

export type ReportRequest = z.infer<typeof reportRequest>;
