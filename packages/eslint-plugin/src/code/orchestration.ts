import { type FunctionNode, isFunction, type Node, type Of, startOf } from "./ast.ts";
import { durableCall, type DurableCall } from "./durable-calls.ts";
import { Module } from "./module.ts";
import { mayContainOrchestrator, type ReachableFunction, reachableIn } from "./reach.ts";
import type { Settings } from "./settings.ts";

/** The orchestrator code of one file, which the rules check. */
export class Orchestration {
  readonly module: Module;
  readonly settings: Settings;
  readonly reached: readonly ReachableFunction[];
  readonly #delegated: ReadonlySet<Node>;
  readonly #functions: ReadonlySet<Node>;
  #calls: readonly DurableCall[] | undefined;

  constructor(module: Module, settings: Settings) {
    this.module = module;
    this.settings = settings;
    this.reached = reachableIn(module, settings);
    this.#functions = new Set(this.reached.map(({ node }) => node));
    this.#delegated = new Set(this.reached.flatMap(({ node, isDelegated }) => (isDelegated ? [node] : [])));
  }

  get isEmpty(): boolean {
    return this.reached.length === 0;
  }

  /** Whether code runs in an orchestrator: in a function that an orchestrator calls, or nested in such a function. */
  includes(node: Node): boolean {
    for (const around of this.module.scopes.ancestors(node)) if (this.#functions.has(around)) return true;
    return false;
  }

  /** All nodes of a type that run in an orchestrator. */
  all<Type extends Node["type"]>(type: Type): Of<Type>[] {
    return this.module.all(type).filter((node) => this.includes(node));
  }

  /** Whether the SDK receives the values that a function yields. */
  isDelegated(fn: FunctionNode | undefined): boolean {
    return fn !== undefined && this.#delegated.has(fn);
  }

  /** Whether the SDK receives a value that is yielded at this place directly, without a wrapper. */
  isYieldedToSdk(node: Node): boolean {
    const around = this.module.scopes.functionAround(node);
    return this.reached.some((reached) => reached.node === around && reached.from === "sdk");
  }

  /** Calls of the orchestration context, in source order. */
  get calls(): readonly DurableCall[] {
    this.#calls ??= this.all("CallExpression").flatMap((node) => durableCall(this.module, node) ?? []);
    return this.#calls;
  }

  /**
   * An expression for a property of the context at this place, such as `context.df.currentUtcDateTime`; undefined if
   * the context is not in scope.
   */
  contextAt(node: Node): string | undefined {
    const { scopes } = this.module;
    for (const around of scopes.ancestors(node)) {
      if (!isFunction(around)) continue;
      const root = this.reached.find((reached) => reached.node === around)?.root;
      const [first] = around.params;
      if (first?.type !== "Identifier" || !this.#isVisible(first.name, first, node)) continue;
      const calls = this.calls.filter((call) => startOf(call.node) >= startOf(around));
      const own = calls.find(({ node: { callee } }) => this.#namesContext(callee, first));
      if (own)
        return own.layer === "sdk" && this.#isThroughDf(own.node.callee) ? `${first.name}.df` : first.name;
      if (root === "sdk") return `${first.name}.df`;
      if (root === "wrapper" && first.name === "df") return "df";
    }
    return undefined;
  }

  /** A method call on the parameter itself, or on its `df`. */
  #namesContext(callee: Node, parameter: Node): boolean {
    let at = callee;
    while (at.type === "MemberExpression") at = at.object;
    return at.type === "Identifier" && this.module.scopes.bindingOf(at)?.id === parameter;
  }

  #isThroughDf(callee: Node): boolean {
    for (let at = callee; at.type === "MemberExpression"; at = at.object) {
      if (at.object.type === "MemberExpression" && !at.object.computed) {
        if (at.object.property.type === "Identifier" && at.object.property.name === "df") return true;
      }
    }
    return false;
  }

  /** Whether a name refers to the parameter at this place, and is not shadowed by another declaration. */
  #isVisible(name: string, parameter: Node, node: Node): boolean {
    for (const around of this.module.scopes.ancestors(node)) {
      if (isFunction(around)) {
        if ((around.params as Node[]).includes(parameter)) return true;
        if (around.params.some((each) => each.type === "Identifier" && each.name === name)) return false;
      }
    }
    return false;
  }
}

/** Cached per syntax tree, so that all rules share one analysis. */
const cache = new WeakMap<object, { key: string; orchestration: Orchestration | undefined }>();

/** The orchestrator code of a file; undefined if there is neither orchestrator code nor a retry policy. */
export function orchestrationOf(
  program: Node,
  file: string,
  text: string,
  settings: Settings,
): Orchestration | undefined {
  const key = JSON.stringify(settings);
  const cached = cache.get(program);
  if (cached?.key === key) return cached.orchestration;
  const isAnalysed = text.includes("RetryOptions") || mayContainOrchestrator(file, text, settings);
  const orchestration = isAnalysed ? new Orchestration(new Module(file, text, program), settings) : undefined;
  cache.set(program, { key, orchestration });
  return orchestration;
}
