import { memberName, type Node, unwrap } from "../code/ast.ts";
import { durableCall } from "../code/durable-calls.ts";
import type { Orchestration } from "../code/orchestration.ts";
import { isGlobal, type Origin, originOf } from "../code/origins.ts";
import { isAsyncCall, isGeneratorCall } from "../code/reach.ts";
import { valueOf } from "../code/values.ts";
import type { Problem, RuleDefinition } from "../rule.ts";

const PROPERTIES = new Set([
  "currentUtcDateTime",
  "instanceId",
  "isReplaying",
  "parentInstanceId",
  "version",
]);
const NO_TASK: ReadonlySet<string> = new Set([
  "ArrowFunctionExpression",
  "BinaryExpression",
  "FunctionExpression",
  "Literal",
  "ObjectExpression",
  "TemplateLiteral",
  "UnaryExpression",
]);

export const yieldTasks: RuleDefinition = {
  description: "Orchestrators must yield tasks only: the SDK fails an instance that yields anything else",
  messages: {
    nothing: "A `yield` without a value fails the instance: the SDK accepts only tasks.",
    value:
      "This value is not a task, and yielding it fails the instance. Yield the result of a call of the orchestration context.",
    atOnce:
      "`{{method}}` takes effect immediately and returns no task; yielding it fails the instance. Remove the `yield`.",
    array: "An array is not a task, and yielding it fails the instance. Yield `Task.all` of it.",
    promise:
      "A promise is not a task, and yielding it fails the instance. Do the work in an activity and yield its call.",
    step: "Run a step of the typed layer with `yield*`; `yield` passes the step itself to the SDK, which fails the instance.",
    generator: "This call creates a generator, which is not a task. Run it with `yield*`.",
    star: "Write `yield*`",
    noYield: "Remove the `yield`",
  },
  hasSuggestions: true,
  check(orchestration, report) {
    for (const node of orchestration.all("YieldExpression")) {
      if (node.delegate || !orchestration.isDelegated(orchestration.module.scopes.functionAround(node)))
        continue;
      const problem = node.argument
        ? problemOf(orchestration, node, node.argument)
        : nothing(orchestration, node);
      if (problem) report(problem);
    }
  },
};

const nothing = (orchestration: Orchestration, node: Node): Problem | undefined =>
  orchestration.isYieldedToSdk(node) ? { node, messageId: "nothing" } : undefined;

function problemOf(orchestration: Orchestration, node: Node, argument: Node): Problem | undefined {
  const { module } = orchestration;
  const call = durableCall(module, argument);
  if (call?.layer === "typed" && call.isTask)
    return { node, messageId: "step", suggest: withStar(module, node, argument) };
  if (isGeneratorCall(module, argument))
    return { node, messageId: "generator", suggest: withStar(module, node, argument) };
  // A wrapper may accept other yielded values.
  if (!orchestration.isYieldedToSdk(node)) return undefined;
  if (call && !call.isTask) {
    const fix: Problem["suggest"] = {
      messageId: "noYield",
      fix: (fixer) => fixer.replaceText(node, module.textOf(argument)),
    };
    return { node, messageId: "atOnce", data: { method: call.method }, suggest: fix };
  }
  const messageId = call ? undefined : kindOf(orchestration, argument);
  return messageId === undefined ? undefined : { node, messageId };
}

/** `yield x` becomes `yield* x`. */
const withStar = (module: Orchestration["module"], node: Node, argument: Node): Problem["suggest"] => ({
  messageId: "star",
  fix: (fixer) => fixer.replaceText(node, `yield* ${module.textOf(argument)}`),
});

function kindOf({ module }: Orchestration, argument: Node): string | undefined {
  const node = unwrap(valueOf(module, argument)?.node ?? argument);
  if (NO_TASK.has(node.type)) return "value";
  switch (node.type) {
    case "ArrayExpression":
      return "array";
    case "MemberExpression":
      return PROPERTIES.has(memberName(node) ?? "") && memberName(unwrap(node.object)) === "df"
        ? "value"
        : undefined;
    case "NewExpression":
    case "CallExpression":
      return isAsyncCall(module, node.callee) || isPromise(originOf(module, node.callee))
        ? "promise"
        : undefined;
    default:
      return undefined;
  }
}

const isPromise = (origin: Origin | undefined): boolean =>
  isGlobal(origin, "fetch") || (origin?.package === undefined && origin?.path[0] === "Promise");
