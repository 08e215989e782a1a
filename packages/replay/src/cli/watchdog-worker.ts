import inspector from "node:inspector";
import { writeSync } from "node:fs";
import { workerData } from "node:worker_threads";
import { appFrames } from "../core/call-sites.ts";
import { placeText } from "../report/place.ts";
import { EPISODE, HAS_BITTEN, type Shared } from "./watchdog.ts";

/** The thread that watches the episodes of the main thread. */

const STEPS_PER_LIMIT = 10;
/** A main thread that collects garbage answers late. */
const GRACE_MS = 10_000;
const { state, text, limitMs, folder } = workerData as Shared;
const session = new inspector.Session();

let [last, since] = [0, Date.now()];
const watch = setInterval(() => {
  const episode = Atomics.load(state, EPISODE);
  if (episode !== last || episode % 2 === 0) [last, since] = [episode, Date.now()];
  else if (Date.now() - since >= limitMs) {
    clearInterval(watch);
    bite();
  }
}, limitMs / STEPS_PER_LIMIT);

/** Stops the main thread, if it runs; asks it where it is, and ends it. */
function bite(): void {
  Atomics.store(state, HAS_BITTEN, 1);
  session.connectToMainThread();
  session.on("Debugger.paused", ({ params }) => {
    const [innermost] = params.callFrames;
    if (innermost === undefined) return end("");
    const { callFrameId } = innermost;
    const expression = "new Error().stack";
    session.post("Debugger.evaluateOnCallFrame", { callFrameId, expression }, (_error, answer) =>
      end(String((answer as { readonly result?: { readonly value?: unknown } } | undefined)?.result?.value)),
    );
  });
  session.post("Debugger.enable");
  session.post("Debugger.pause");
  // A main thread that only waits does not pause.
  setTimeout(() => end(""), GRACE_MS);
}

let hasEnded = false;

function end(stack: string): void {
  if (hasEnded) return;
  hasEnded = true;
  const [place] = appFrames(stack, folder);
  const which = Buffer.from(text).toString("utf8").split("\0")[0];
  const where = place === undefined ? "" : `, at ${placeText(place)}`;
  // Neither stream works while the main thread is blocked.
  writeSync(
    2,
    `${which} has run for ${limitMs / 1000} s${where}. An orchestrator must not loop without a yield, or wait for anything but tasks; a longer --timeout is possible.\n`,
  );
  setTimeout(() => process.kill(process.pid, "SIGKILL"), GRACE_MS);
  // Without standard error, Node does not add that it waits for a debugger to disconnect.
  const expression = 'process.getBuiltinModule("node:fs").closeSync(2); process.exit(2)';
  session.post("Runtime.evaluate", { expression });
}
