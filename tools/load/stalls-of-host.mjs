// Runs in the host that is loaded: writes down how busy its event loop was, how long it was blocked at once, how long it
// collected garbage, and how much of a processor it got.
import { appendFileSync } from "node:fs";
import { monitorEventLoopDelay, performance, PerformanceObserver } from "node:perf_hooks";

const WINDOW_MS = 500;
const file = process.env["LOAD_STALLS_FILE"];

if (file) {
  const delay = monitorEventLoopDelay({ resolution: 10 });
  delay.enable();
  let collecting = 0;
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) collecting += duration;
  }).observe({ entryTypes: ["gc"] });
  let [from, loop, processor] = [Date.now(), performance.eventLoopUtilization(), process.cpuUsage()];
  setInterval(() => {
    const until = Date.now();
    const { user, system } = process.cpuUsage(processor);
    const { utilization: busy } = performance.eventLoopUtilization(loop);
    const used = (user + system) / 1000 / (until - from);
    const line = { from, until, blocked: delay.max / 1e6, collecting, busy, used };
    appendFileSync(file, `${JSON.stringify(line)}\n`);
    delay.reset();
    [from, collecting] = [until, 0];
    [loop, processor] = [performance.eventLoopUtilization(), process.cpuUsage()];
  }, WINDOW_MS).unref();
}
