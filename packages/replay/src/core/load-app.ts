import { type LoadedApp, loadApp } from "durable-local-host/replay";

/**
 * Loads an app's build with source maps, so that positions refer to its sources.
 *
 * @param folder of the app, with `host.json` and `package.json`
 * @throws {AppError} with a one-line message that says how to correct the app
 */
export function loadAppForReplay(folder: string): Promise<LoadedApp> {
  // Node maps the stacks only of modules that are loaded after this call.
  process.setSourceMapsEnabled(true);
  return loadApp(folder);
}
