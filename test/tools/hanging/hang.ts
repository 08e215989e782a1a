import { appendFile } from "node:fs/promises";
import path from "node:path";
import { expect, test } from "vitest";
import { ROOT } from "../../../tools/run.ts";
import { HostProcess } from "../../../tools/host-process.ts";

test("never ends", async () => {
  const host = await HostProcess.launch([
    "--app",
    path.join(ROOT, "packages/local-host/test/apps/hello-sequence"),
  ]);
  await appendFile(process.env["HANGING_FILE"] ?? "", `${process.pid}\n${host.pid}\n`);
  expect(await new Promise(() => setInterval(() => undefined, 1000))).toBe("never");
});
