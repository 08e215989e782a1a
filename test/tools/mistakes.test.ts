import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, expect, test } from "vitest";
import { lockFolder } from "../../tools/folder-lock.ts";
import { bin, ROOT } from "../../tools/run.ts";

const folder = mkdtempSync(path.join(tmpdir(), "mistakes-"));
const file = path.join(folder, "a-file");
writeFileSync(file, "");
const own = path.join(folder, "pid");
writeFileSync(own, `${process.pid}`);
/** Port 1 is nobody's. */
const NOWHERE = ["--base", "http://127.0.0.1:1", "--storage", "UseDevelopmentStorage=true"];
/** Linux has it, and creates nothing there; elsewhere it is no name of a folder. */
const UNWRITABLE = process.platform === "linux" ? "/proc/below" : "";
const broken = path.join(folder, "broken-history");
mkdirSync(broken);
writeFileSync(path.join(broken, "history.jsonl"), '\n{"commit": "a"\n');
const blocked = path.join(folder, "blocked");
for (const name of ["report.md", "peers.md"]) mkdirSync(path.join(blocked, name), { recursive: true });
const used = path.join(folder, "used");
mkdirSync(used);
const others = path.join(folder, "others");
mkdirSync(path.join(others, "app-files"), { recursive: true });
writeFileSync(path.join(others, "app-files", "mine.txt"), "");
const lock = lockFolder(used, "run.lock");
afterAll(() => {
  lock?.close();
  rmSync(folder, { recursive: true });
});

test.each([
  ["start.ts", ["--port", "abc"]],
  ["start.ts", ["--port", "080"]],
  ["start.ts", ["--port", "70711"]],
  ["start.ts", ["--watch", "--port", ""]],
  ["start.ts", ["--inspect=x"]],
  ["start-func.ts", ["--inspect=0"]],
  ["start.ts", ["--data", file]],
  ["start.ts", ["--data", path.join(file, "below")]],
  ["start.ts", ["--data", ""]],
  ["start.ts", ["--data", UNWRITABLE]],
  ["start.ts", ["--data", path.join(folder, "n".repeat(300))]],
  ["start-func.ts", ["--port", "-1"]],
  ["start-func.ts", ["--data", file]],
  ["tour.ts", ["--base", "localhost:7071"]],
  ["tour.ts", ["--nothing"]],
  ["import-album.ts", [file]],
  ["import-album.ts", ["nosuch"]],
  ["import-album.ts", [folder, "--base", "ftp://x"]],
  ["import-album.ts", [folder, "--format", "gif"]],
  ["import-album.ts", [folder, "--nothing"]],
  ["test.ts", ["order", "ordr", "-t", "card"]],
  ["test-e2e.ts", ["--base", "nowhere"]],
  ["test-e2e.ts", ["--requests", "x"]],
  ["crash-test.ts", ["--kills", "x"]],
  ["crash-test.ts", ["--kills", "-3"]],
  ["crash-test.ts", ["--rate", "0"]],
  ["crash-test.ts", ["--host", "func", "--base", "http://127.0.0.1:7071"]],
  ["crash-test.ts", ["--host", "func", ...NOWHERE, "--pid-file", path.join(folder, "none")]],
  ["crash-test.ts", ["--host", "func", ...NOWHERE, "--pid-file", file]],
  ["crash-test.ts", ["--host", "func", ...NOWHERE, "--pid-file", own]],
  ["crash-test.ts", ["--output", path.join(file, "below")]],
  ["crash-test.ts", ["--output", "src"]],
  ["crash-test.ts", ["--base", "http://127.0.0.1:7071"]],
  ["load.ts", ["--output", UNWRITABLE]],
  ["load.ts", ["nothing"]],
  ["load.ts", ["--minutes", "0"]],
  ["bench.ts", ["nothing"]],
  ["bench.ts", ["toString"]],
  ["bench.ts", ["--photos", file]],
  ["bench.ts", ["--photos", "nosuch"]],
  ["bench.ts", ["photos", "--photos", "samples/orders"]],
  ["bench.ts", ["--output", "src"]],
  ["bench.ts", ["--output", file]],
  ["bench.ts", ["--output", UNWRITABLE]],
  ["bench.ts", ["--output", broken]],
  ["bench.ts", ["--output", blocked]],
  ["bench.ts", ["--output", used]],
  ["bench-peers.ts", ["--output", "src"]],
  ["bench-peers.ts", ["--output", UNWRITABLE]],
  ["bench-peers.ts", ["--output", blocked]],
  ["bench-peers.ts", ["--only", "nothing"]],
  ["bench-peers.ts", ["--only", "aws,dbos"]],
  ["bench-peers.ts", ["--postgres", "http://127.0.0.1:1/"]],
  ["bench-peers.ts", ["--postgres", "postgres://127.0.0.1:1/empty"]],
  ["package.ts", ["--nothing"]],
  ["package.ts", ["--out", folder]],
  ["package.ts", ["--out", path.join(file, "below.zip")]],
  ["package.ts", ["--out", path.join(others, "app.zip")]],
  ["stage-package.ts", ["--backend", "x"]],
  ["stage-package.ts", ["--out", ""]],
  ["stage-package.ts", ["--out", file]],
  ["stage-package.ts", ["--out", folder]],
  ["stage-package.ts", ["--out", UNWRITABLE]],
  ["copy-shop-data.ts", ["--from", "no=connection", "--to", "no=storage"]],
  ["mutants.ts", ["--only", "nosuch"]],
  ["check.ts", ["nothing"]],
  [bin("durable-local-host"), ["--port", "abc"]],
  [bin("durable-local-host"), ["--app", folder, "--store", `sqlite:${path.join(file, "hub.db")}`]],
])("%s %j gives a one-line error, before anything is built or started", (tool, args) => {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [path.resolve(ROOT, "tools", tool), ...args],
    {
      cwd: ROOT,
      encoding: "utf8",
    },
  );
  expect({ status, stdout, lines: stderr.trim().split("\n") }).toEqual({
    status: 1,
    stdout: "",
    lines: [expect.not.stringMatching(/^\s*$/)],
  });
});

test("a folder that is not there is named", () => {
  const tool = path.join(ROOT, "tools", "import-album.ts");
  const { stderr } = spawnSync(process.execPath, [tool, "nosuch"], { cwd: ROOT, encoding: "utf8" });
  expect(stderr).toBe(`FOLDER nosuch: there is no folder ${path.join(ROOT, "nosuch")}; name another one.\n`);
});

test("slashes at the end of an app's address are left out", () => {
  const args = ["--host", "func", "--base", "http://127.0.0.1:1//", "--pid-file", own, "--storage", "none"];
  const tool = path.resolve(ROOT, "tools/crash-test.ts");
  const { stderr } = spawnSync(process.execPath, [tool, ...args], { cwd: ROOT, encoding: "utf8" });
  expect(stderr).toBe("--base http://127.0.0.1:1: nothing answers there.\n");
});
