// Runs in the host that is loaded: writes down how long its event loop was blocked, and how long it collected garbage.
import { appendFileSync } from "node:fs";
import { monitorEventLoopDelay, PerformanceObserver } from "node:perf_hooks";

const WINDOW_MS = 500;
const file = process.env["LOAD_STALLS_FILE"];

if (file) {
  const delay = monitorEventLoopDelay({ resolution: 10 });
  delay.enable();
  let collecting = 0;
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) collecting += duration;
  }).observe({ entryTypes: ["gc"] });
  let from = Date.now();
  setInterval(() => {
    const until = Date.now();
    const line = { from, until, blocked: delay.max / 1e6, collecting };
    appendFileSync(file, `${JSON.stringify(line)}\n`);
    delay.reset();
    [from, collecting] = [until, 0];
  }, WINDOW_MS).unref();
}
