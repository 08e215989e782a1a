import type { Orchestration } from "../code/orchestration.ts";
import { isGlobalUse, type Use, usesOf } from "../code/uses.ts";
import type { Change, RuleDefinition } from "../rule.ts";

const GLOBALS = new Set(["Math.random", "crypto.randomUUID", "crypto.getRandomValues"]);
const OF_NODE_CRYPTO =
  /^(?:webcrypto\.)?(?:randomUUID|randomUUIDv7|randomBytes|randomInt|randomFill|randomFillSync|getRandomValues|generateKey\w*|pseudoRandomBytes)$/;
/** Packages that generate ids; the path `""` is a call of the package's default export. */
const OF_PACKAGES: Readonly<Record<string, ReadonlySet<string>>> = {
  uuid: new Set(["", "v1", "v4", "v6", "v7"]),
  "uuid/v4": new Set([""]),
  "uuid/v1": new Set([""]),
  uuidv4: new Set(["uuid", "uuidv4"]),
  nanoid: new Set(["nanoid"]),
  ulid: new Set(["", "ulid"]),
  ulidx: new Set(["ulid"]),
  cuid: new Set(["", "cuid"]),
  "@paralleldrive/cuid2": new Set(["createId"]),
};
const MAKES_UUID = /(?:^|\.)(?:randomUUID|v4|uuid|uuidv4)$/;

export const noRandom: RuleDefinition = {
  description:
    "Orchestrators must not use random values, which differ on each replay: derive ids from the instance id",
  messages: {
    random: "{{what}}() returns a different value on each replay. {{instead}}",
  },
  fixable: true,
  check(orchestration, report) {
    for (const use of usesOf(orchestration)) {
      if (!use.call || !isRandom(use)) continue;
      const makesId = MAKES_UUID.test(use.path) || use.origin.package === "uuid";
      report({
        node: use.node,
        messageId: "random",
        data: {
          what: use.path || (use.origin.package ?? ""),
          instead: makesId
            ? "Use newGuid of the orchestration context, or derive the id from its instanceId."
            : "Derive it from the context's instanceId, or generate it in an activity.",
        },
        fix: makesId && use.call.arguments.length === 0 ? fixOf(use, orchestration) : undefined,
      });
    }
  },
};

function isRandom(use: Use): boolean {
  if (isGlobalUse(use)) return GLOBALS.has(use.path);
  if (use.origin.package === "node:crypto") return OF_NODE_CRYPTO.test(use.path);
  return OF_PACKAGES[use.origin.package ?? ""]?.has(use.path) === true;
}

/** A typed layer may not have newGuid. */
function fixOf({ node }: Use, orchestration: Orchestration): Change | undefined {
  const context = orchestration.contextAt(node);
  if (!context?.endsWith(".df")) return undefined;
  return (fixer) => fixer.replaceText(node, `${context}.newGuid(${context}.instanceId)`);
}
