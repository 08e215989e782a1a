import { readFileSync } from "node:fs";
import { type Rule } from "./rule.ts";
import { rules } from "./rules/index.ts";

export type { Rule } from "./rule.ts";

type Severity = "error" | "warn";

/** A configuration for `eslint.config.js`, as ESLint's flat configuration takes it. */
export interface FlatConfig {
  readonly name: string;
  readonly plugins: Readonly<Record<string, Plugin>>;
  readonly rules: Readonly<Record<string, Severity>>;
}

export interface Plugin {
  readonly meta: { readonly name: string; readonly version: string; readonly namespace: string };
  readonly rules: Readonly<Record<string, Rule>>;
  readonly configs: { readonly recommended: FlatConfig };
}

const NAMESPACE = "durable-functions";
/** A line that comes twice does no harm to the instance. */
const WARNINGS = new Set(["no-unguarded-log"]);

const { name, version } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")) as {
  name: string;
  version: string;
};

const severities: Record<string, Severity> = {};
for (const rule of Object.keys(rules)) {
  severities[`${NAMESPACE}/${rule}`] = WARNINGS.has(rule) ? "warn" : "error";
}

export const meta: Plugin["meta"] = { name, version, namespace: NAMESPACE };
export const configs: Plugin["configs"] = {
  recommended: {
    name: `${NAMESPACE}/recommended`,
    // The plugin itself, once it is made: ESLint wants the same object everywhere.
    plugins: {
      get [NAMESPACE]() {
        return plugin;
      },
    },
    rules: severities,
  },
};
export { rules };

const plugin: Plugin = { meta, rules, configs };
export default plugin;
// What `require` returns: without it, a configuration in CommonJS would have to ask for `.default`.
export { plugin as "module.exports" };
