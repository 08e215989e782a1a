import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { findCompiler } from "../../tools/bicep-compiler.ts";
import { SNAPSHOT_SCOPE } from "../../tools/infra-snapshots.ts";

// Another process compiles, and the machine may be busy.
vi.setConfig({ testTimeout: 180_000 });

const REFUSED = join(import.meta.dirname, "refused");
const compiler = findCompiler();

test.skipIf(!compiler).each(globSync("*.bicepparam", { cwd: REFUSED }))(
  "%s is refused before anything changes",
  (file) => {
    const path = join(REFUSED, file);
    const [, reason = ""] = /^\/\/ (.+)$/m.exec(readFileSync(path, "utf8")) ?? [];
    expect(reason).not.toBe("");
    expect(compiler?.findings(["snapshot", path, "--mode", "overwrite", ...SNAPSHOT_SCOPE])).toContain(
      reason,
    );
    expect(globSync("*.snapshot.json", { cwd: REFUSED })).toEqual([]);
  },
);
