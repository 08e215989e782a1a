import { type LoadedApp, loadApp } from "durable-local-host/replay";

/**
 * Loads an app's build with source maps, so that places come out in its sources.
 *
 * @param folder of the app, with `host.json` and `package.json`
 * @throws {AppError} one line that says what to mend
 */
export function loadAppForReplay(folder: string): Promise<LoadedApp> {
  // Node maps stacks of what is loaded from now on.
  process.setSourceMapsEnabled(true);
  return loadApp(folder);
}
