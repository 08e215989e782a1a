import type { InstanceStatus } from "../../api/management-api.ts";
import { listInstances } from "../api/management.ts";
import type { Operation, Schema } from "../api/openapi.ts";
import { outcomeOf } from "../parts/outcome.ts";

/** What exists already for a field. */
export interface Suggestion {
  /** For the field at first; undefined if nothing that exists fits. */
  readonly sample: string | undefined;
  /** Newest first. */
  readonly values: readonly string[];
}

/** By the field's name. */
export type Suggestions = ReadonlyMap<string, Suggestion>;

const READ = 200;
const MOST = 20;

/**
 * For a field `orderId`: the ids of completed instances that begin with `order`. For any other field: the values that
 * the outputs and inputs of completed instances have under its name.
 */
export async function suggestionsFor(
  { parameters, json, isStart }: Operation,
  resolve: (schema: Schema) => Schema,
  signal: AbortSignal,
): Promise<Suggestions> {
  const names = [
    ...parameters.filter((parameter) => parameter.in === "path").map(({ name }) => name),
    ...Object.keys(json === undefined ? {} : (resolve(json).properties ?? {})),
  ];
  const found = await Promise.all(
    names.map(
      async (name) => [name, await suggestionOf(name, isStart, signal).catch(() => undefined)] as const,
    ),
  );
  return new Map(
    found.flatMap(([name, found]) =>
      found === undefined || found.values.length === 0 ? [] : [[name, found]],
    ),
  );
}

async function suggestionOf(name: string, isStart: boolean, signal: AbortSignal): Promise<Suggestion> {
  const kind = /^(.+)Id$/.exec(name)?.[1];
  if (kind !== undefined) return idsOf(kind, name, isStart, signal);
  const known = (await completed(signal)).map(
    ({ output, input }) => fieldOf(output, name) ?? fieldOf(input, name),
  );
  const values = [...new Set(known.filter((value) => typeof value === "string"))].slice(0, MOST);
  return { sample: values[0], values };
}

/** A sample ended well, and for a start, nothing was started for it before. */
async function idsOf(kind: string, name: string, isStart: boolean, signal: AbortSignal): Promise<Suggestion> {
  const [ended, all] = await Promise.all([
    completed(signal, kind),
    isStart ? listInstances({ hasInput: true }, READ, undefined, signal) : { items: [] },
  ]);
  // Children have their parent's id before a colon.
  const instances = ended.filter(({ instanceId }) => !instanceId.includes(":"));
  const isUsed = (id: string) =>
    all.items.some(
      ({ instanceId, input }) =>
        fieldOf(input, name) === id || (!instanceId.startsWith(id) && instanceId.includes(id)),
    );
  const sample = instances.find(({ instanceId, output }) => hasEndedWell(output) && !isUsed(instanceId));
  return { sample: sample?.instanceId, values: instances.map(({ instanceId }) => instanceId) };
}

/** An output that names no outcome is good, because the instance has completed. */
const hasEndedWell = (output: InstanceStatus["output"]) => (outcomeOf(output)?.tone ?? "wished") === "wished";

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null
    ? (value as Readonly<Record<string, unknown>>)[name]
    : undefined;
}

async function completed(signal: AbortSignal, prefix?: string): Promise<readonly InstanceStatus[]> {
  const { items } = await listInstances(
    { prefix, statuses: ["Completed"], hasInput: true },
    READ,
    undefined,
    signal,
  );
  return items.toSorted((a, b) => b.createdTime.localeCompare(a.createdTime));
}
