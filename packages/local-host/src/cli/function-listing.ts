import type { LoadedApp } from "../app/loaded-app.ts";
import type { HttpRoute } from "../http/route-table.ts";

/** Lists the functions of an app and their addresses, as Core Tools does. */
export function functionListing(app: LoadedApp, routes: readonly HttpRoute[], url: string): string {
  const http = routes.map(
    ({ fn, methods, template }) => `\t${fn.name}: [${methods.join(",")}] ${url}/${template.text}`,
  );
  const others = app.functions
    .filter(({ triggerType, disabled }) => triggerType !== "httptrigger" && !disabled)
    .map(({ name, trigger }) => `\t${name}: ${trigger.binding.type}`);
  const disabled = app.functions.filter((fn) => fn.disabled).map(({ name }) => `\t${name}: disabled`);
  return ["", "Functions:", "", ...[...http, ...others, ...disabled].flatMap((line) => [line, ""])].join(
    "\n",
  );
}
