import { onTestFinished } from "vitest";
import { createLocalHost } from "../../src/host.ts";
import type { LocalHost, LocalHostOptions } from "../../src/host.ts";
import type { LogRecord } from "../../src/invocation/log.ts";

/** A started host on a free port, stopped after the test, with everything that it logged. */
export async function startedHost(
  app: LocalHostOptions["app"],
  options: Omit<LocalHostOptions, "app" | "port" | "log"> = {},
): Promise<{ readonly host: LocalHost; readonly logs: readonly LogRecord[] }> {
  const logs: LogRecord[] = [];
  const host = await createLocalHost({ ...options, app, port: 0, log: (record) => logs.push(record) });
  onTestFinished(() => host.stop());
  await host.start();
  return { host, logs };
}
