import type { InstanceStatus } from "../../api/management-api.ts";
import { listInstances } from "../api/management.ts";
import type { Operation, Schema } from "../api/openapi.ts";

/** Values of fields that name something existing, by the field's name, newest first. */
export type Suggestions = ReadonlyMap<string, readonly string[]>;

const READ = 200;
const MOST = 20;

/**
 * For a field `orderId`: the ids of completed instances that begin with `order`. For any other field: the values that
 * the outputs of completed instances have under its name.
 */
export async function suggestionsFor(
  { parameters, json }: Operation,
  resolve: (schema: Schema) => Schema,
  signal: AbortSignal,
): Promise<Suggestions> {
  const names = [
    ...parameters.filter((parameter) => parameter.in === "path").map(({ name }) => name),
    ...Object.keys(json === undefined ? {} : (resolve(json).properties ?? {})),
  ];
  const found = await Promise.all(
    names.map(async (name) => [name, await valuesOf(name, signal).catch(() => [])] as const),
  );
  return new Map(found.filter(([, values]) => values.length > 0));
}

async function valuesOf(name: string, signal: AbortSignal): Promise<readonly string[]> {
  const kind = /^(.+)Id$/.exec(name)?.[1];
  if (kind !== undefined) return (await completed(signal, kind)).map(({ instanceId }) => instanceId);
  const values = (await completed(signal)).map(({ output }) => fieldOf(output, name));
  return [...new Set(values.filter((value) => typeof value === "string"))].slice(0, MOST);
}

function fieldOf(output: InstanceStatus["output"], name: string): unknown {
  return typeof output === "object" && output !== null
    ? (output as Readonly<Record<string, unknown>>)[name]
    : undefined;
}

async function completed(signal: AbortSignal, prefix?: string): Promise<readonly InstanceStatus[]> {
  const { items } = await listInstances({ prefix, statuses: ["Completed"] }, READ, undefined, signal);
  return items.toSorted((a, b) => b.createdTime.localeCompare(a.createdTime));
}
