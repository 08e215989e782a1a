import { readFileSync } from "node:fs";
import { type Rule } from "./rule.ts";
import { rules } from "./rules/index.ts";

export type { Rule } from "./rule.ts";

type Severity = "error" | "warn";

/** A flat configuration for `eslint.config.js`. */
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
/** A repeated log line does not harm the instance. */
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
    // Assigned after the plugin exists, because ESLint requires the same plugin object everywhere.
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
// The result of `require`. Without this export, a CommonJS configuration would need `.default`.
export { plugin as "module.exports" };
