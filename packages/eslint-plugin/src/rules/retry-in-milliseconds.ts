import { memberName, type Node } from "../code/ast.ts";
import type { Module } from "../code/module.ts";
import { originOf } from "../code/origins.ts";
import { numberValueOf } from "../code/numbers.ts";
import { valueOf } from "../code/values.ts";
import type { RuleDefinition } from "../rule.ts";

/** No service recovers faster, and the extension's shortest timer is much longer. */
const SHORTEST_MS = 100;
/** A larger number of attempts is probably the interval, passed as the wrong argument. */
const MAX_ATTEMPTS = 1000;
const INTERVALS = new Set(["maxRetryIntervalInMilliseconds", "retryTimeoutInMilliseconds"]);

export const retryInMilliseconds: RuleDefinition = {
  description: "RetryOptions takes milliseconds: 5 is not five seconds",
  everywhere: true,
  messages: {
    unit: "{{value}} milliseconds between attempts is too short. RetryOptions takes milliseconds: {{value}} seconds are {{milliseconds}}.",
    object: "RetryOptions takes a number of milliseconds, for example `new RetryOptions(5_000, 3)`.",
    attempts:
      "The second argument of RetryOptions is the number of attempts, including the first one: an integer from 1. The interval is the first argument.",
  },
  check({ module }, report) {
    if (!module.text.includes("RetryOptions")) return;
    const made = module.all("NewExpression").filter((node) => isRetryOptions(module, node));
    for (const { arguments: given } of made) {
      const [interval, attempts] = given;
      if (interval && isWrongKind(module, interval)) report({ node: interval, messageId: "object" });
      if (attempts && !isCount(numberValueOf(module, attempts)))
        report({ node: attempts, messageId: "attempts" });
    }
    for (const node of [...made.flatMap((each) => each.arguments[0] ?? []), ...intervalsSet(module)]) {
      const value = numberValueOf(module, node);
      if (value === undefined || value <= 0 || value >= SHORTEST_MS) continue;
      report({ node, messageId: "unit", data: { value: String(value), milliseconds: String(value * 1000) } });
    }
  },
};

/** `retry.maxRetryIntervalInMilliseconds = …`. */
const intervalsSet = (module: Module): Node[] =>
  module.all("AssignmentExpression").flatMap(({ left, right }) => {
    if (left.type !== "MemberExpression" || !INTERVALS.has(memberName(left) ?? "")) return [];
    const made = valueOf(module, left.object);
    return made && isRetryOptions(made.module, made.node) ? [right] : [];
  });

/** Unknown values are not reported. */
const isCount = (value: number | undefined): boolean =>
  value === undefined || (value >= 1 && value <= MAX_ATTEMPTS && Number.isInteger(value));

function isRetryOptions(module: Module, node: Node): boolean {
  if (node.type !== "NewExpression") return false;
  const origin = originOf(module, node.callee);
  return origin?.package === "durable-functions" && origin.path.join(".") === "RetryOptions";
}

/** `{ seconds: 5 }` as in a typed layer, or a string. */
function isWrongKind(module: Module, interval: Node): boolean {
  const node = valueOf(module, interval)?.node;
  if (node?.type === "ObjectExpression") return true;
  return node?.type === "Literal" && typeof node.value === "string";
}
