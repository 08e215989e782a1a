import { folderToFill } from "./folder-option.ts";
import { ensureLocalSettings } from "./local-settings.ts";
import { type LocalStorage, localStorage } from "./local-storage.ts";
import { buildApp, fail } from "./run.ts";

/** The preparation for all ways to run the app. */
export interface Prepared {
  /** Absolute path of the folder with all state. */
  readonly data: string;
  readonly storage: LocalStorage;
  /** Environment of the host, which overrides local.settings.json. */
  readonly env: NodeJS.ProcessEnv;
}

/** Prepares settings, a built app, and a storage emulator; ends the process with one line if one of them fails. */
export async function prepare(dataFolder: string): Promise<Prepared> {
  const data = folderToFill("--data", dataFolder);
  ensureLocalSettings();
  console.log("Building …"); // the first time for ten seconds or more
  if ((await buildApp()) !== 0) fail("The app does not compile; see above.");
  const storage = await localStorage(data).catch((error: Error) =>
    fail(`${data} cannot be used: ${error.message}. Choose another folder with --data.`),
  );
  return { data, storage, env: { ...process.env, AzureWebJobsStorage: storage.connectionString } };
}
