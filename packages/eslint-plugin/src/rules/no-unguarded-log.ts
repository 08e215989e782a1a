import { memberName, type Node, unwrap } from "../code/ast.ts";
import { isYield, mayFollow } from "../code/flow.ts";
import type { Orchestration } from "../code/orchestration.ts";
import { isGuarded } from "../code/replaying.ts";
import type { Change, RuleDefinition } from "../rule.ts";

const LEVELS = new Set(["debug", "error", "info", "log", "trace", "verbose", "warn"]);

export const noUnguardedLog: RuleDefinition = {
  description: "Orchestrators must guard log lines: without a guard, each replay writes them again",
  messages: {
    log: "Each replay writes this line again. Guard it: `if (!{{context}}.isReplaying)`.",
  },
  fixable: true,
  check(orchestration, report) {
    const { module } = orchestration;
    for (const call of orchestration.all("CallExpression")) {
      if (!isLog(orchestration, call.callee) || isGuarded(module, call) || !isRepeated(orchestration, call))
        continue;
      const context = orchestration.contextAt(call);
      report({
        node: call,
        messageId: "log",
        data: { context: context ?? "context.df" },
        fix: context?.endsWith("df") ? fixOf(orchestration, call, context) : undefined,
      });
    }
  },
};

/**
 * `console.log`, `context.log`, `context.log.warn`, `context.warn`; the log of a typed layer may handle replays itself.
 */
function isLog({ module, reached }: Orchestration, callee: Node): boolean {
  const name = memberName(callee);
  if (callee.type !== "MemberExpression" || name === undefined || !LEVELS.has(name)) return false;
  let receiver = unwrap(callee.object);
  if (receiver.type === "MemberExpression" && memberName(receiver) === "log")
    receiver = unwrap(receiver.object);
  if (receiver.type !== "Identifier") return false;
  const binding = module.scopes.bindingOf(receiver);
  if (!binding) return receiver.name === "console" && receiver === callee.object;
  if (binding.kind !== "parameter") return false;
  const root = reached.find(({ node }) => node.params[0] === binding.node)?.root;
  if (root === "sdk") return true;
  return binding.references.some((reference) => {
    const parent = module.scopes.parentOf(reference);
    return parent !== undefined && memberName(parent) === "df";
  });
}

/** Code that no step can follow runs only in the last episode. For a helper, its calls are checked instead. */
function isRepeated(orchestration: Orchestration, node: Node): boolean {
  const { module, reached } = orchestration;
  const fn = module.scopes.functionAround(node);
  const own = reached.find((each) => each.node === fn);
  if (!own) return true;
  if (own.root !== undefined) return mayFollow(module, node, isYield);
  if (own.isDelegated && mayFollow(module, node, isYield)) return true;
  return callsOf(orchestration, own.node).some(
    (call) => !isGuarded(module, call) && isRepeatedAt(orchestration, call),
  );
}

/** Only the direct helpers are checked; deeper ones count as repeated. */
function isRepeatedAt({ module, reached }: Orchestration, call: Node): boolean {
  const around = module.scopes.functionAround(call);
  const isInRoot = reached.some(({ node, root }) => node === around && root !== undefined);
  return !isInRoot || mayFollow(module, call, isYield);
}

function callsOf(orchestration: Orchestration, fn: Node): Node[] {
  const { module } = orchestration;
  const declared = fn.type === "FunctionDeclaration" ? fn : module.scopes.parentOf(fn);
  return orchestration.all("CallExpression").filter(({ callee }) => {
    const binding = callee.type === "Identifier" ? module.scopes.bindingOf(callee) : undefined;
    return binding !== undefined && binding.node === declared;
  });
}

/** Only where a single statement is allowed without braces. */
function fixOf({ module }: Orchestration, call: Node, context: string): Change | undefined {
  const statement = module.scopes.parentOf(call);
  const list = statement && module.scopes.parentOf(statement);
  if (statement?.type !== "ExpressionStatement") return undefined;
  if (list?.type !== "BlockStatement" && list?.type !== "SwitchCase") return undefined;
  return (fixer) => fixer.insertTextBefore(statement, `if (!${context}.isReplaying) `);
}
