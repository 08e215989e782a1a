import type { LoadedApp } from "../app/loaded-app.ts";
import type { Clock } from "../clock.ts";
import type { HistoryEvent } from "../engine/history/events.ts";
import type { TaskHub } from "../engine/task-hub.ts";
import { RouteTable } from "../http/route-table.ts";
import type { FunctionRunner } from "../invocation/function-runner.ts";
import type { Instance, RuntimeStatus } from "../stores/instance.ts";
import type { CommittedChange, WatchedStore } from "../stores/watched-store.ts";
import { moveClock } from "../triggers/clock-api.ts";
import type { ClockPosition } from "../triggers/clock-api.ts";
import type { StorageConnections } from "../triggers/storage-connection.ts";
import { VirtualClock } from "../virtual-clock.ts";
import { sandboxOutbox } from "./sandbox-outbox.ts";
import type { ReadMails } from "./sandbox-outbox.ts";

/** What the console gets of the host, besides the management API. */
export interface ConsoleAccess {
  /** Absolute path of the app. */
  readonly folder: string;
  /** Address of the app. */
  readonly url: string;
  /** Epoch milliseconds. */
  now(): number;
  /** Moves virtual time by an ISO 8601 duration; undefined if that is invalid. Not there in real time. */
  readonly advance?: (by: string) => Promise<ClockPosition | undefined>;
  /** Kills this process; whoever started it starts it again. Only there if somebody does. */
  readonly kill?: () => void;
  /** Kills the worker, as when it runs out of memory; a new one runs the next functions. */
  readonly killWorker?: () => void;
  /** Whether the app has a function for GET requests to a path. */
  hasRoute(path: string): boolean;
  history(instanceId: string): Promise<ConsoleHistory | undefined>;
  /** The mails of the app's sandbox. Only there if the app says in which queue they are. */
  readonly mails?: ReadMails;
  /** Unfinished instances with problems that the extension does not report. */
  problems(): Promise<readonly Instance[]>;
  /** What each of these instances waits for. Those that do not exist are left out. */
  waits(instanceIds: readonly string[]): Promise<readonly Instance[]>;
  /** Calls `watcher` with what each commit changed. Returns a function that ends this. */
  watch(watcher: (changes: readonly ConsoleChange[]) => void): () => void;
}

/** The current execution of an instance. */
export interface ConsoleHistory extends Pick<
  Instance,
  "instanceId" | "executionId" | "name" | "version" | "parentInstanceId"
> {
  readonly status: RuntimeStatus;
  readonly events: readonly HistoryEvent[];
}

export interface ConsoleChange {
  readonly kind: "orchestration" | "entity";
  readonly instanceId: string;
  readonly name: string;
  readonly runtimeStatus: RuntimeStatus | "Purged";
  readonly lastUpdatedTime: number;
  readonly hasProblems: boolean;
}

/** Pages of this size let other work run in between. */
const PAGE_SIZE = 200;
const MAX_PROBLEMS = 1000;

export function consoleAccess(parts: {
  readonly app: LoadedApp;
  readonly address: { readonly origin: string };
  readonly clock: Clock;
  readonly hub: TaskHub;
  readonly store: WatchedStore;
  readonly kill: (() => void) | undefined;
  readonly connections: StorageConnections;
  readonly runner: FunctionRunner;
}): ConsoleAccess {
  const { app, address, clock, hub, store, kill, connections, runner } = parts;
  const routes = new RouteTable(app.functions, app.settings.routePrefix);
  const mails = sandboxOutbox(app, connections);
  return {
    folder: app.folder,
    url: address.origin,
    now: () => clock.now(),
    ...(clock instanceof VirtualClock && {
      advance: (by: string) => moveClock(clock, JSON.stringify({ advance: by })),
    }),
    ...(kill && { kill }),
    ...(runner.killWorker && { killWorker: () => runner.killWorker?.() }),
    hasRoute: (path) => routes.match("GET", path) !== undefined,
    ...(mails && { mails }),
    history: (instanceId) => historyOf(hub, instanceId),
    problems: () => problemsIn(hub),
    waits: async (instanceIds) => {
      const found = await Promise.all(instanceIds.map((instanceId) => hub.get(instanceId)));
      return found.filter((instance) => instance !== undefined);
    },
    watch: (watcher) => store.watch((changes) => watcher(changes.map(consoleChange))),
  };
}

async function historyOf(hub: TaskHub, instanceId: string): Promise<ConsoleHistory | undefined> {
  const instance = await hub.get(instanceId);
  if (instance === undefined) return undefined;
  const { executionId, name, version, parentInstanceId, runtimeStatus: status } = instance;
  const events = (await hub.history(instanceId)).map((event) => ({ ...event, IsPlayed: false }));
  return { instanceId, executionId, name, version, parentInstanceId, status, events };
}

async function problemsIn(hub: TaskHub): Promise<readonly Instance[]> {
  const found: Instance[] = [];
  let continuation: string | undefined;
  do {
    const page = await hub.list({
      runtimeStatus: ["Pending", "Running", "Suspended"],
      top: PAGE_SIZE,
      continuation,
    });
    found.push(...page.items.filter(({ problems }) => problems.length > 0));
    ({ continuation } = page);
  } while (continuation !== undefined && found.length < MAX_PROBLEMS);
  return found.slice(0, MAX_PROBLEMS);
}

function consoleChange({ kind, instance }: CommittedChange): ConsoleChange {
  return {
    kind: instance.kind,
    instanceId: instance.instanceId,
    name: instance.name,
    runtimeStatus: kind === "deleted" ? "Purged" : instance.runtimeStatus,
    lastUpdatedTime: instance.lastUpdatedTime,
    hasProblems: instance.problems.length > 0,
  };
}
