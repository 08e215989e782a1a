import { isGlobalUse, type Use, usesOf } from "../code/uses.ts";
import type { RuleDefinition } from "../rule.ts";

const OF_PROCESS =
  /^(?:env|argv|cwd|pid|ppid|platform|arch|version|versions|memoryUsage|cpuUsage|title|execPath)(?:\.|$)/;

export const noEnvironment: RuleDefinition = {
  description:
    "Orchestrators must receive settings as input: those of the process can change before a replay",
  messages: {
    environment:
      "{{what}} may differ on replay, on another machine or after a changed setting. Pass it in the input, or read it in an activity.",
  },
  check(orchestration, report) {
    for (const use of usesOf(orchestration)) {
      const what = environmentOf(use);
      if (what !== undefined) report({ node: use.node, messageId: "environment", data: { what } });
    }
  },
};

function environmentOf(use: Use): string | undefined {
  const { origin, path, call } = use;
  if (isGlobalUse(use)) {
    const rest = path.startsWith("process.") ? path.slice("process.".length) : undefined;
    return rest !== undefined && isRead(rest) ? plain(path) : undefined;
  }
  if (origin.package === "node:process") return isRead(path) ? `process.${plain(path)}` : undefined;
  return origin.package === "node:os" && (call || path === "EOL") ? `${path} of node:os` : undefined;
}

/** Only the name: `process.env.KEY.split(",")` is reported once, as `process.env.KEY`. */
const isRead = (path: string): boolean => OF_PROCESS.test(path) && !path.includes("()");

const plain = (path: string): string => path.split(".").slice(0, 3).join(".");
