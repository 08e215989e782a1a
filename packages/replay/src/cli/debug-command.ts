import inspector from "node:inspector";
import type { LoadedApp } from "durable-local-host/replay";
import type { History } from "../core/history.ts";
import { replay } from "../core/replay.ts";
import { showEpisodes } from "./show-command.ts";

/**
 * Replays a history under the inspector of this process. It stops before the first episode, when the orchestrator is
 * loaded, so that breakpoints can be set.
 */
export async function debugCommand(history: History, app: LoadedApp, port: number): Promise<number> {
  // If an editor started this process, its debugger is already attached.
  if (inspector.url() === undefined) {
    inspector.open(port, "127.0.0.1");
    process.stderr.write(
      "Attach a debugger: in VS Code with a launch entry of type attach, or at chrome://inspect.\n",
    );
    inspector.waitForDebugger();
  }
  const episodes = replay(history, app, { places: false });
  // eslint-disable-next-line eslint/no-debugger -- the purpose of this command
  debugger; // Set breakpoints in the orchestrator's sources, then continue.
  await showEpisodes(episodes);
  return 0;
}
