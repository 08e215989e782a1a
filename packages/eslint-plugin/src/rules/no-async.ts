import { isFunction, type Node } from "../code/ast.ts";
import type { Orchestration } from "../code/orchestration.ts";
import { isAsyncCall } from "../code/reach.ts";
import { isGlobalUse, type Use, usesOf } from "../code/uses.ts";
import type { RuleDefinition } from "../rule.ts";

export const noAsync: RuleDefinition = {
  description: "Orchestrators are synchronous generators: what a promise brings comes too late for the SDK",
  messages: {
    orchestrator:
      "An orchestrator is a generator, and never async: the SDK would get a promise. Write `function*`, and `yield` in place of `await`.",
    await:
      "An orchestrator cannot await a promise: nobody waits for it. Do the work in an activity and yield the call of it.",
    call: "`{{name}}` is async, and an orchestrator cannot wait for it. Make it an activity, or a generator run by `yield*`.",
    promise:
      "{{what}} makes a promise, which the SDK does not wait for. Run tasks together with the context's Task.all or Task.any.",
    callback:
      "An async function in an orchestrator runs on its own, and nobody waits for it. Do the work in an activity.",
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

/** Inside an async function that is reported itself. */
function isInAsync({ module }: Orchestration, node: Node): boolean {
  for (const around of module.scopes.ancestors(node)) if (isFunction(around) && around.async) return true;
  return false;
}
