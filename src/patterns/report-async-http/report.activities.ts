import { type Activity, activity } from "../../durable/orchestration/functions.ts";
import type { ReportStore } from "../../services/reports/report-store.ts";
import type { JournalPosition } from "../../services/sales-journal.ts";
import type { Services } from "../../services/services.ts";
import * as contract from "./report.contract.ts";
import { daysOf, isWithin, percentBefore } from "./figures/period.ts";
import { addFacts, toCsv, type Totals } from "./figures/totals.ts";

/** The state that a step stores for the next one. */
interface Interim {
  readonly totals: Totals[];
  /** Where to continue in the journal; absent at its end. */
  readonly next?: JournalPosition;
}

/** Facts per step: about one second of work. A crash loses at most one step. */
const FACTS_PER_STEP = 5000;
/** In percent, before the file is written. */
const ADDED_UP = 99;

/** The steps of a report. */
export function createReportActivities({ journal, reports }: Services): Activity[] {
  return [
    activity(contract.addUpSales, async ({ reportId, request, step }) => {
      const before = step > 0 ? await readInterim(reports, reportId, step - 1) : undefined;
      const { facts, next } = await journal.read(daysOf(request), FACTS_PER_STEP, before?.next);
      const within = facts.filter(({ at }) => isWithin(request, at));
      const totals = addFacts(before?.totals ?? [], within, request.groupBy);
      const interim: Interim = { totals, ...(next && { next }) };
      const counted = await reports.keepInterim(reportId, step, interim);
      const percent = counted.next ? Math.min(ADDED_UP, percentBefore(request, counted.next.day)) : ADDED_UP;
      return { percent, isLast: !counted.next };
    }),

    activity(contract.writeReport, async ({ reportId, request, lastStep }) => {
      const { totals } = await readInterim(reports, reportId, lastStep);
      const csv = toCsv(totals, request.groupBy);
      await reports.writeFile(reportId, csv);
      return { lines: totals.length, bytes: Buffer.byteLength(csv) };
    }),
  ];
}

async function readInterim(reports: ReportStore, reportId: string, step: number): Promise<Interim> {
  const interim = await reports.interim<Interim>(reportId, step);
  if (!interim) throw new Error(`The totals of step ${step} of ${reportId} are missing`);
  return interim;
}
