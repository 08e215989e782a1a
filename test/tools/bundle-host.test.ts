import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { bundleHost } from "../../tools/bundle-host.ts";
import { ROOT } from "../../tools/run.ts";

test("a new bundle replaces files one by one, because a host may start from the earlier one meanwhile", async () => {
  // A copy, because tests beside this one run the real host, and see that nothing writes below node_modules.
  const host = mkdtempSync(path.join(tmpdir(), "bundle-host-"));
  onTestFinished(() => rmSync(host, { recursive: true }));
  cpSync(path.join(ROOT, "packages/local-host/src"), path.join(host, "src"), { recursive: true });
  const program = path.join(host, "dist/program");
  mkdirSync(program, { recursive: true });
  for (const name of ["main.js", "earlier-chunk.js"]) writeFileSync(path.join(program, name), "earlier");
  utimesSync(path.join(program, "main.js"), 0, 0);
  writeFileSync(path.join(host, "dist/.tsbuildinfo"), "");

  await bundleHost(host);

  expect(existsSync(path.join(program, "earlier-chunk.js"))).toBe(true);
  expect(readFileSync(path.join(program, "main.js"), "utf8")).toContain("sourceMappingURL=main.js.map");
});
