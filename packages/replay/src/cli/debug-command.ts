import inspector from "node:inspector";
import type { LoadedApp } from "durable-local-host/replay";
import type { History } from "../core/history.ts";
import { replay } from "../core/replay.ts";
import { showEpisodes } from "./show-command.ts";

/**
 * Plays a history under the inspector of this process: stopped before the first episode, so that breakpoints can be
 * set in the orchestrator, which is loaded by then.
 */
export async function debugCommand(history: History, app: LoadedApp, port: number): Promise<number> {
  // An editor that has started this process is attached already.
  if (inspector.url() === undefined) {
    inspector.open(port, "127.0.0.1");
    process.stderr.write("Attach a debugger: F5 in VS Code with an attach entry, or chrome://inspect.\n");
    inspector.waitForDebugger();
  }
  const episodes = replay(history, app, { places: false });
  // eslint-disable-next-line eslint/no-debugger -- this command is there to stop here
  debugger; // Set breakpoints in the orchestrator's sources, then continue.
  await showEpisodes(episodes);
  return 0;
}
