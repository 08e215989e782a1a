import { isBroken } from "../core/check.ts";
import type { CheckedInstance } from "../core/check.ts";
import { instanceText } from "./text.ts";

export const JUNIT_HEAD =
  '<?xml version="1.0" encoding="UTF-8"?>\n<testsuites>\n<testsuite name="durable-replay">\n';
export const JUNIT_TAIL = "</testsuite>\n</testsuites>\n";

/** One instance as a test case, on a separate line. */
export function testCase(instance: CheckedInstance): string {
  const { instanceId, name, verdict } = instance;
  const head = `<testcase classname="${escaped(name)}" name="${escaped(instanceId)}"`;
  if (verdict.kind === "same") return `${head}/>\n`;
  const text = escaped(instanceText(instance));
  const inner = isBroken(verdict)
    ? `<failure type="${verdict.kind}" message="${escaped(firstLineOf(instance))}">${text}</failure>`
    : `<skipped message="${verdict.kind}"/>`;
  return `${head}>${inner}</testcase>\n`;
}

function firstLineOf(instance: CheckedInstance): string {
  return instanceText(instance).split("\n")[1]?.trim() ?? "";
}

const ENTITIES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

/** XML does not allow control characters except tabs and line breaks, not even escaped. */
function escaped(text: string): string {
  return text.replaceAll(/[&<>"]|(?![\t\n\r])\p{Cc}|[\uFFFE\uFFFF]/gu, (one) => ENTITIES[one] ?? "?");
}
