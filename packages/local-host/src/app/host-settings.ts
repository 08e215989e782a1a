import { asObject } from "../json.ts";
import { availableParallelism } from "node:os";
import type { AppEnvironment } from "./app-environment.ts";
import { hostJsonWarnings } from "./host-json-warnings.ts";
import { timeSpanMs } from "./time-span.ts";

/** What the local host reads of `host.json`, with the defaults of the Functions host. */
export interface HostSettings {
  /** First path segments of all HTTP functions, without slashes; may be empty. */
  readonly routePrefix: string;
  /** `extensions.http.customHeaders`: added to every response that does not set them itself. */
  readonly customHeaders: Readonly<Record<string, string>>;
  readonly hubName: string;
  /** The unchanged `extensions.durableTask` section; the engine reads its own settings from it. */
  readonly durableTask: Readonly<Record<string, unknown>>;
  readonly queues: QueueSettings;
  /** `extensions.blobs`: settings of the queue for new blobs. */
  readonly blobs: QueueSettings;
  /** Settings in `host.json` that the local host does not support, one sentence each. */
  readonly warnings: readonly string[];
}

/** `extensions.queues` of `host.json`. */
export interface QueueSettings {
  readonly maxPollingIntervalMs: number;
  readonly visibilityTimeoutMs: number;
  readonly batchSize: number;
  readonly newBatchThreshold: number;
  readonly maxDequeueCount: number;
  readonly messageEncoding: "base64" | "none";
}

type Section = Readonly<Record<string, unknown>>;

const SECOND_MS = 1000;
const DEFAULT_HUB_NAME = "TestHubName";

/**
 * Reads the parsed `host.json`. Settings named `AzureFunctionsJobHost__a__b` override its `a.b`, as they do on
 * the Functions host; `%NAME%` in the hub name is replaced by that setting.
 *
 * @throws {AppError} when there is no such setting
 */
export function readHostSettings(hostJson: unknown, environment: AppEnvironment): HostSettings {
  const root = withOverrides(asObject(hostJson), environment.all());
  const extensions = asObject(property(root, "extensions"));
  const durableTask = asObject(property(extensions, "durableTask"));
  const http = asObject(property(extensions, "http"));
  return {
    routePrefix: text(property(http, "routePrefix"), "api").replace(/^\/+|\/+$/g, ""),
    customHeaders: Object.fromEntries(
      Object.entries(asObject(property(http, "customHeaders"))).map(([name, value]) => [name, String(value)]),
    ),
    hubName: environment.resolve(
      text(property(durableTask, "hubName"), environment.get("WEBSITE_SITE_NAME") ?? DEFAULT_HUB_NAME),
    ),
    durableTask,
    queues: readQueues(asObject(property(extensions, "queues"))),
    blobs: readBlobs(asObject(property(extensions, "blobs"))),
    warnings: [
      ...storageWarnings(text(property(asObject(property(durableTask, "storageProvider")), "type"), "")),
      ...hostJsonWarnings((path) => valueAt(root, path)),
    ],
  };
}

function storageWarnings(type: string): string[] {
  if (type === "" || type.toLowerCase() === "azurestorage") return [];
  return [
    `host.json: the storage provider "${type}" is not used; the local host keeps instances itself (see --store), and ` +
      "they behave as with Azure Storage.",
  ];
}

/** The most messages that one request can return. */
const MAX_BATCH = 32;

function readBlobs(blobs: Section): QueueSettings {
  const parallel = Math.max(1, number(property(blobs, "maxDegreeOfParallelism"), 8 * availableParallelism()));
  const batchSize = Math.min(MAX_BATCH, Math.ceil(parallel / 2));
  return {
    // The queue is polled immediately when a blob is found; this interval is for messages that return after a failure.
    maxPollingIntervalMs: 2 * SECOND_MS,
    visibilityTimeoutMs: 0,
    batchSize,
    newBatchThreshold: parallel - batchSize,
    maxDequeueCount: number(property(blobs, "poisonBlobThreshold"), 5),
    messageEncoding: "base64",
  };
}

function readQueues(queues: Section): QueueSettings {
  return {
    maxPollingIntervalMs: timeSpanMs(property(queues, "maxPollingInterval")) ?? 60 * SECOND_MS,
    visibilityTimeoutMs: timeSpanMs(property(queues, "visibilityTimeout")) ?? 0,
    batchSize: number(property(queues, "batchSize"), 16),
    newBatchThreshold: number(property(queues, "newBatchThreshold"), 8),
    maxDequeueCount: number(property(queues, "maxDequeueCount"), 5),
    messageEncoding:
      text(property(queues, "messageEncoding"), "base64").toLowerCase() === "none" ? "none" : "base64",
  };
}

const OVERRIDE_PREFIX = "azurefunctionsjobhost__";

function withOverrides(root: Section, settings: Readonly<Record<string, string>>): Section {
  let result = root;
  for (const [name, value] of Object.entries(settings)) {
    if (name.toLowerCase().startsWith(OVERRIDE_PREFIX)) {
      result = withValue(result, name.slice(OVERRIDE_PREFIX.length).split("__"), value);
    }
  }
  return result;
}

function withValue(target: Section, path: readonly string[], value: string): Section {
  const [first, ...rest] = path;
  if (first === undefined) return target;
  const key = ownKey(target, first) ?? first;
  return { ...target, [key]: rest.length === 0 ? value : withValue(asObject(target[key]), rest, value) };
}

/** The Functions host reads configuration case-insensitively. */
function ownKey(target: Section, name: string): string | undefined {
  const wanted = name.toLowerCase();
  return Object.keys(target).find((key) => key.toLowerCase() === wanted);
}

function property(target: Section, name: string): unknown {
  const key = ownKey(target, name);
  return key === undefined ? undefined : target[key];
}

function valueAt(root: Section, path: string): unknown {
  return path.split(".").reduce<unknown>((value, name) => property(asObject(value), name), root);
}

function text(value: unknown, fallback: string): string {
  return typeof value === "string" ? value : fallback;
}

function number(value: unknown, fallback: number): number {
  const parsed = typeof value === "string" ? Number(value) : value;
  return typeof parsed === "number" && Number.isFinite(parsed) ? parsed : fallback;
}
