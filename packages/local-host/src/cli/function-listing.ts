import type { LoadedApp } from "../app/loaded-app.ts";
import type { HttpRoute } from "../http/route-table.ts";

/** Lists the functions of an app: those with an address first, then the names of each other kind of trigger. */
export function functionListing(app: LoadedApp, routes: readonly HttpRoute[], url: string): string {
  const lines = routes.map(
    ({ fn, methods, template }) => `${fn.name}: [${methods.join(",")}] ${url}/${template.text}`,
  );
  const others = new Map<string, string[]>();
  for (const { name, trigger, triggerType, disabled } of app.functions) {
    if (triggerType === "httptrigger" && !disabled) continue;
    const kind = disabled ? "disabled" : trigger.binding.type;
    others.set(kind, [...(others.get(kind) ?? []), name]);
  }
  for (const [kind, names] of others) lines.push(`${kind}: ${names.join(", ")}`);
  return ["", "Functions:", ...lines.map((line) => `  ${line}`), ""].join("\n");
}
