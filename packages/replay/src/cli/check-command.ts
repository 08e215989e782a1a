import type { LoadedApp } from "durable-local-host/replay";
import { check, isFine } from "../core/check.ts";
import type { CheckedInstance } from "../core/check.ts";
import { MissingTaskHub } from "../core/history.ts";
import type { HistorySource } from "../core/history.ts";
import { Counts } from "../report/counts.ts";
import { jsonReport } from "../report/json.ts";
import { JUNIT_HEAD, JUNIT_TAIL, testCase } from "../report/junit.ts";
import { instanceText, summaryText } from "../report/text.ts";
import type { Arguments } from "./arguments.ts";
import { outputTo } from "./output.ts";
import { Progress } from "./progress.ts";
import { noHistory } from "./source.ts";
import type { Watchdog } from "./watchdog.ts";

/** Formats a report while instances are checked. */
interface Report {
  begin?(): string;
  instance(instance: CheckedInstance): string;
  end(counts: Counts): string;
}

/**
 * Returns the exit status: 0 if all instances replay as recorded, 1 if one does not.
 *
 * @throws {SourceError} if there is no history of the instance that was asked for
 */
export async function checkCommand(
  args: Arguments,
  source: HistorySource,
  app: LoadedApp,
  watchdog: Watchdog,
): Promise<number> {
  const out = outputTo(args.output);
  const report = reports[args.format](source.name);
  const [counts, progress] = [new Counts(), new Progress()];
  await out.write(report.begin?.() ?? "");
  const filter = { running: args.running, instanceId: args.instance };
  const found = args.allowMissingHub ? orNothing(source) : source;
  for await (const instance of check(found, app, filter, watchdog.guard)) {
    counts.add(instance);
    const text = report.instance(instance);
    if (text !== "") progress.clear();
    await out.write(text);
    progress.step(counts.broken);
  }
  progress.clear();
  if (args.instance !== undefined && counts.instances + counts.notStarted === 0)
    throw noHistory(args, source);
  await out.write(report.end(counts));
  out.close();
  return counts.broken > 0 ? 1 : 0;
}

/** The source, or no histories if it is a task hub that does not exist. */
function orNothing(source: HistorySource): HistorySource {
  return {
    name: source.name,
    async *histories(filter) {
      try {
        yield* source.histories(filter);
      } catch (error) {
        if (!(error instanceof MissingTaskHub)) throw error;
        process.stderr.write("There is no such task hub yet, so no instance runs.\n");
      }
    },
  };
}

const reports: Readonly<Record<Arguments["format"], (source: string) => Report>> = {
  text: (source) => ({
    begin: () => `Replaying ${source}\n\n`,
    instance: (instance) => (isFine(instance.verdict) ? "" : `${instanceText(instance)}\n\n`),
    end: (counts) => `${counts.rows().length === 0 ? counts.sentence() : summaryText(counts)}\n`,
  }),
  json: () => {
    const listed: CheckedInstance[] = [];
    return {
      instance: (instance) => {
        if (!isFine(instance.verdict)) listed.push(instance);
        return "";
      },
      end: (counts) => jsonReport(counts, listed),
    };
  },
  junit: () => ({ begin: () => JUNIT_HEAD, instance: testCase, end: () => JUNIT_TAIL }),
};
