import { cpus } from "node:os";
import { checkFolder, commandLine } from "./command-line.ts";
import { benchEngine } from "./bench/engine-bench.ts";
import { benchImport } from "./bench/import-bench.ts";
import { report, type Row } from "./bench/measure.ts";
import { benchMemory } from "./bench/memory-bench.ts";
import { benchPhotos } from "./bench/photo-bench.ts";
import { benchReplay } from "./bench/replay-bench.ts";
import { benchStart } from "./bench/start-bench.ts";
import { benchTime } from "./bench/time-bench.ts";
import { fail, runNode } from "./run.ts";

const HELP = `Usage: npm run bench [-- options]

Measures the local host and the app and a baseline in the same run; prints median (min–max) and ratio.

  --only NAME  one of: engine, start, import, time, replay, photos, memory
  --photos DIR folder of JPEG files for the photos bench (default samples/photos)
  --help       show this text`;

const values = commandLine(HELP, {
  only: { type: "string" },
  photos: { type: "string" },
});
const BENCHES: Readonly<Record<string, () => Promise<Row[]>>> = {
  engine: benchEngine,
  start: benchStart,
  import: benchImport,
  time: benchTime,
  replay: benchReplay,
  photos: () => benchPhotos(values.photos),
  memory: benchMemory,
};

const { only } = values;
checkFolder("--photos", values.photos);
if (only === undefined) {
  console.log(
    `Node ${process.versions.node}, ${cpus().length} × ${cpus()[0]?.model ?? "unknown processor"}\n`,
  );
  // Each in its own process, so that loaded and compiled code of one bench does not affect the next.
  for (const name of Object.keys(BENCHES)) {
    const args = ["--only", name, ...(values.photos ? ["--photos", values.photos] : [])];
    const code = await runNode([...process.execArgv, "tools/bench.ts", ...args]);
    if (code !== 0) process.exitCode = code;
  }
} else {
  const bench = BENCHES[only] ?? fail(`There is no bench "${only}"; --help lists them.`);
  console.log(`${report(await bench())}\n`);
}
