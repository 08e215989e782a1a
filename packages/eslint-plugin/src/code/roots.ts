import { isFunction, memberName, type FunctionNode, type Node, type Of, propertyOf } from "./ast.ts";
import type { Module } from "./module.ts";
import { originOf } from "./origins.ts";
import { matchesGlob, type Settings } from "./settings.ts";
import { functionOf } from "./values.ts";

/** A function that the SDK, or a wrapper around the SDK, runs as an orchestrator. */
export interface Root {
  readonly module: Module;
  readonly node: FunctionNode;
  /** In a wrapper, the first parameter may be the context of a typed layer, whose calls run with `yield*`. */
  readonly kind: "sdk" | "wrapper" | "file";
}

/** Whether the text of a file may contain a root; other files are not parsed. */
export function mayHaveRoots(file: string, text: string, { wrappers, files }: Settings): boolean {
  return (
    /\b(?:orchestration|orchestrator)\s*[(<]|OrchestrationHandler/.test(text) ||
    wrappers.some((name) => text.includes(`${name}(`)) ||
    files.some((pattern) => matchesGlob(file, pattern))
  );
}

/** The orchestrators that a module registers or declares. */
export function rootsIn(module: Module, settings: Settings): Root[] {
  const roots: Root[] = [];
  for (const call of module.all("CallExpression")) {
    const registered = registeredBy(module, call) ?? wrappedBy(module, call, settings);
    if (registered) roots.push(registered);
  }
  for (const { id, init } of module.all("VariableDeclarator")) {
    if (init && isFunction(init) && isHandlerType(id)) roots.push({ module, node: init, kind: "sdk" });
  }
  if (settings.files.some((pattern) => matchesGlob(module.file, pattern))) {
    for (const node of module.functions) roots.push({ module, node, kind: "file" });
  }
  return roots;
}

/** `df.app.orchestration(name, handler)`, and `df.orchestrator(handler)` of the SDK before version 3. */
function registeredBy(module: Module, call: Of<"CallExpression">): Root | undefined {
  const name = memberName(call.callee) ?? (call.callee.type === "Identifier" ? call.callee.name : undefined);
  if (name !== "orchestration" && name !== "orchestrator") return undefined;
  const origin = originOf(module, call.callee);
  if (origin?.package !== "durable-functions") return undefined;
  const path = origin.path.join(".");
  const handler = path === "orchestrator" ? call.arguments[0] : call.arguments[1];
  if ((path !== "orchestrator" && path !== "app.orchestration") || !handler) return undefined;
  const found = functionOf(module, propertyOf(handler, "handler") ?? handler);
  return found && { ...found, kind: "sdk" };
}

function wrappedBy(
  module: Module,
  { callee, arguments: given }: Of<"CallExpression">,
  settings: Settings,
): Root | undefined {
  const name = memberName(callee) ?? (callee.type === "Identifier" ? callee.name : undefined);
  if (name === undefined || !settings.wrappers.includes(name)) return undefined;
  if (originOf(module, callee)?.package === "durable-functions") return undefined;
  for (const argument of given) {
    const found =
      isFunction(argument) || argument.type === "Identifier" ? functionOf(module, argument) : undefined;
    if (found?.node.generator) return { ...found, kind: "wrapper" };
  }
  return undefined;
}

function isHandlerType(id: Node): boolean {
  if (id.type !== "Identifier" || !("typeAnnotation" in id)) return false;
  const type = id.typeAnnotation?.typeAnnotation;
  if (type?.type !== "TSTypeReference") return false;
  const name = type.typeName.type === "TSQualifiedName" ? type.typeName.right : type.typeName;
  return name.type === "Identifier" && name.name === "OrchestrationHandler";
}
