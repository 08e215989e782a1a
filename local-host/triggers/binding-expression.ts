import { randomUUID } from "node:crypto";
import { resolveSettings } from "../app/host-settings.ts";

/**
 * Fills in what a binding's path may refer to: `%SETTING%`, `{rand-guid}`, `{DateTime}` and the trigger's
 * metadata by name, with a dot for inner properties. What is unknown stays as it is.
 */
export function bindingExpression(template: string, data: Readonly<Record<string, unknown>>): string {
  return resolveSettings(template, process.env).replace(/\{([^{}]+)\}/g, (whole, name: string) => {
    if (name.toLowerCase() === "rand-guid") return randomUUID();
    if (name.toLowerCase() === "datetime") return new Date().toISOString();
    const value = lookUp(data, name.split("."));
    return value === undefined || value === null ? whole : textOf(value);
  });
}

function lookUp(data: unknown, path: readonly string[]): unknown {
  let value = data;
  for (const name of path) {
    if (typeof value !== "object" || value === null) return undefined;
    const key = Object.keys(value).find((candidate) => candidate.toLowerCase() === name.toLowerCase());
    value = key === undefined ? undefined : Reflect.get(value, key);
  }
  return value;
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
