import type { DurableKind, FunctionRunner } from "./function-runner.ts";

const ARTICLES = { orchestrator: "an orchestrator", activity: "an activity", entity: "an entity" } as const;

/** The extension's message about a function that the app does not have. */
export function missingFunction(runner: FunctionRunner, kind: DurableKind, name: string): string {
  const names = runner.names(kind);
  const known =
    names.length === 0
      ? `No ${kind} functions are currently registered!`
      : `The following are the known ${kind} functions: '${names.join("', '")}'.`;
  return (
    `The function '${name}' doesn't exist, is disabled, or is not ${ARTICLES[kind]} function. ` +
    `Additional info: ${known}`
  );
}
