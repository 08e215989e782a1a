import { isFunction, type Node } from "../code/ast.ts";
import type { Orchestration } from "../code/orchestration.ts";
import { isAsyncCall } from "../code/reach.ts";
import { isGlobalUse, type Use, usesOf } from "../code/uses.ts";
import type { RuleDefinition } from "../rule.ts";

export const noAsync: RuleDefinition = {
  description: "Orchestrators must be synchronous generators: the SDK does not wait for promises",
  messages: {
    orchestrator:
      "An orchestrator must not be async: the SDK would receive a promise. Write `function*`, and `yield` instead of `await`.",
    await:
      "An orchestrator cannot await a promise: the SDK does not wait for it. Do the work in an activity and yield its call.",
    call: "`{{name}}` is async, and an orchestrator cannot wait for it. Make it an activity, or a generator that you run with `yield*`.",
    promise:
      "{{what}} creates a promise, and the SDK does not wait for promises. Run tasks in parallel with the context's Task.all or Task.any.",
    callback: "The SDK does not wait for an async function in an orchestrator. Do the work in an activity.",
  },
  check(orchestration, report) {
    const { module, reached } = orchestration;
    const isAsyncRoot = (fn: Node | undefined) =>
      reached.some(({ node, root }) => node === fn && node.async && root !== undefined && root !== "file");

    for (const node of module.functions) {
      if (isAsyncRoot(node)) report({ node, messageId: "orchestrator" });
      else if (node.async && orchestration.includes(node)) report({ node, messageId: "callback" });
    }
    for (const node of orchestration.all("AwaitExpression")) {
      if (isAsyncRoot(module.scopes.functionAround(node))) report({ node, messageId: "await" });
    }
    for (const call of orchestration.all("CallExpression")) {
      if (isInAsync(orchestration, call) || !isAsyncCall(module, call.callee)) continue;
      report({ node: call, messageId: "call", data: { name: module.textOf(call.callee) } });
    }
    for (const use of usesOf(orchestration)) {
      if (!makesPromise(use) || isInAsync(orchestration, use.node)) continue;
      report({ node: use.node, messageId: "promise", data: { what: use.path } });
    }
  },
};

const makesPromise = (use: Use): boolean =>
  use.call !== undefined && isGlobalUse(use) && /^Promise(?:\.\w+)?$/.test(use.path);

/** Inside an async function that is already reported. */
function isInAsync({ module }: Orchestration, node: Node): boolean {
  for (const around of module.scopes.ancestors(node)) if (isFunction(around) && around.async) return true;
  return false;
}
