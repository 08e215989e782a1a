import type { DurableMethod } from "../code/durable-calls.ts";
import { type Kind, registeredIn } from "../code/registrations.ts";
import { textValueOf } from "../code/values.ts";
import type { RuleDefinition } from "../rule.ts";

const KINDS: Readonly<Partial<Record<DurableMethod, Kind>>> = {
  callActivity: "activity",
  callActivityWithRetry: "activity",
  callSubOrchestrator: "orchestration",
  callSubOrchestratorWithRetry: "orchestration",
};

export const registeredNames: RuleDefinition = {
  description: "Orchestrators must call registered names: a call of any other name fails the instance",
  messages: {
    unknown:
      'No {{kind}} is registered as "{{name}}", so this call fails the instance. Register it with app.{{kind}}, or correct the name.',
    similar:
      'No {{kind}} is registered as "{{name}}", so this call fails the instance. Did you mean "{{similar}}"?',
  },
  check({ module, calls, settings }, report) {
    if (!settings.crossFile) return;
    for (const { node, method, layer } of calls) {
      const [expression] = node.arguments;
      const kind = KINDS[method];
      const name = layer !== "typed" && expression ? textValueOf(module, expression) : undefined;
      if (!kind || !expression || name === undefined) continue;
      const names = registeredIn(module, kind)?.names;
      if (!names || [...names].some((known) => known.toLowerCase() === name.toLowerCase())) continue;
      const similar = [...names].find(
        (known) => distance(known.toLowerCase(), name.toLowerCase()) <= Math.min(2, name.length / 3),
      );
      const data = { kind, name };
      if (similar === undefined) report({ node: expression, messageId: "unknown", data });
      else report({ node: expression, messageId: "similar", data: { ...data, similar } });
    }
  },
};

/** The edit distance of two names (Levenshtein). */
function distance(left: string, right: string): number {
  let row = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (const [i, letter] of left.split("").entries()) {
    const next = [i + 1];
    for (const [j, other] of right.split("").entries()) {
      const changed = (row[j] ?? 0) + (letter === other ? 0 : 1);
      next.push(Math.min(changed, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
