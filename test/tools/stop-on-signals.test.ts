import { spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { expect, onTestFinished, test } from "vitest";
import { ROOT } from "../../tools/run.ts";

const CODE = `import { stopOnSignals } from ${JSON.stringify(path.join(ROOT, "tools/stop-on-signals.ts"))};
const stop = stopOnSignals();
stop.asked.then(() => console.log("asked", stop.exitCode()));
setInterval(() => {}, 1000);
console.log("up");`;

test.skipIf(process.platform === "win32")(
  "a run that is told twice of one Ctrl-C goes on to its report, and a later signal ends it",
  async () => {
    const run = spawn(process.execPath, ["--input-type=module", "-e", CODE], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    onTestFinished(() => void run.kill("SIGKILL"));
    const exited = once(run, "exit");
    let output = "";
    run.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
    await expect.poll(() => output, { timeout: 10_000 }).toBe("up\n");
    run.kill("SIGINT");
    await expect.poll(() => output).toBe("up\nasked 130\n");
    // npm passes it on, in the same moment.
    run.kill("SIGINT");
    await delay(1100);
    expect([run.exitCode, run.signalCode]).toEqual([null, null]);
    run.kill("SIGTERM");
    expect(await exited).toEqual([143, null]);
  },
);
