import type { Clock } from "../../../local-host/clock.ts";
import type { TaskHub } from "../../../local-host/engine/task-hub.ts";
import { createLocalHost } from "../../../local-host/host.ts";
import type { LocalHost } from "../../../local-host/host.ts";
import type { LogRecord } from "../../../local-host/invocation/log.ts";
import { onTestFinished } from "vitest";

/** A task hub of which a test defines only what it needs; anything else rejects. */
export function stubHub(parts: Partial<TaskHub> = {}): TaskHub {
  return new Proxy(parts as TaskHub, {
    get: (target, name: keyof TaskHub) =>
      target[name] ?? (() => Promise.reject(new Error(`The stub has no ${name}.`))),
  });
}

/** A started host on a free port over a stub, stopped after the test, with everything that it logged. */
export async function hostOverStub(
  app: string,
  hub: Partial<TaskHub> = {},
  clock?: Clock,
): Promise<{ readonly host: LocalHost; readonly logs: readonly LogRecord[] }> {
  const logs: LogRecord[] = [];
  const host = await createLocalHost({
    app,
    port: 0,
    clock,
    log: (record) => logs.push(record),
    engine: () => ({ hub: stubHub(hub), start: () => Promise.resolve(), stop: () => Promise.resolve() }),
  });
  onTestFinished(() => host.stop());
  await host.start();
  return { host, logs };
}
