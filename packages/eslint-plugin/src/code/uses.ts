import type { Node, Of } from "./ast.ts";
import type { Orchestration } from "./orchestration.ts";
import { type Origin, originOf } from "./origins.ts";

/** A global, or an export of a package, that orchestrator code uses. */
export interface Use {
  readonly node: Node;
  readonly origin: Origin;
  /** The path of the origin with dots: `Date.now`. */
  readonly path: string;
  readonly call?: Of<"CallExpression" | "NewExpression">;
}

const cache = new WeakMap<Orchestration, readonly Use[]>();

/** Calls and member reads, each with its origin. */
export function usesOf(orchestration: Orchestration): readonly Use[] {
  const cached = cache.get(orchestration);
  if (cached) return cached;
  const { module } = orchestration;
  const uses: Use[] = [];
  const add = (node: Node, expression: Node, call?: Use["call"]) => {
    const origin = originOf(module, expression);
    if (origin) uses.push({ node, origin, path: origin.path.join("."), ...(call && { call }) });
  };
  for (const call of orchestration.all("CallExpression")) add(call, call.callee, call);
  for (const call of orchestration.all("NewExpression")) add(call, call.callee, call);
  for (const member of orchestration.all("MemberExpression")) {
    const parent = module.scopes.parentOf(member);
    const isInner = parent?.type === "MemberExpression" && parent.object === member;
    const isCallee =
      (parent?.type === "CallExpression" || parent?.type === "NewExpression") && parent.callee === member;
    if (!isInner && !isCallee) add(member, member);
  }
  cache.set(orchestration, uses);
  return uses;
}

export const isGlobalUse = ({ origin }: Use): boolean => origin.package === undefined;

/** Whether an inner call belongs to the same package: `axios.get(url).then(…)` is reported once. */
export function hasInnerUse(use: Use, uses: readonly Use[]): boolean {
  return uses.some((other) => {
    if (other === use || !other.call || other.origin.package !== use.origin.package) return false;
    for (let at: Node | undefined = use.call?.callee; at;) {
      if (at === other.node) return true;
      if (at.type === "MemberExpression") at = at.object;
      else if (at.type === "CallExpression" || at.type === "NewExpression") at = at.callee;
      else at = undefined;
    }
    return false;
  });
}
