import { mkdir } from "node:fs/promises";
import { resolve } from "node:path";
import { ensureLocalSettings } from "./local-settings.ts";
import { type LocalStorage, localStorage } from "./local-storage.ts";
import { buildApp, fail, ROOT } from "./run.ts";

/** What every way to run the app needs first. */
export interface Prepared {
  /** Folder of all state, absolute. */
  readonly data: string;
  readonly storage: LocalStorage;
  /** Environment of the host: what is set here wins over local.settings.json. */
  readonly env: NodeJS.ProcessEnv;
}

/** Settings, a built app, and a storage emulator; ends the process with one line if one of them cannot be had. */
export async function prepare(dataFolder: string): Promise<Prepared> {
  const data = resolve(ROOT, dataFolder);
  await mkdir(data, { recursive: true }).catch((error: Error) =>
    fail(`--data ${dataFolder}: the folder cannot be made. ${error.message}`),
  );
  ensureLocalSettings();
  if ((await buildApp()) !== 0) fail("The app does not compile; see above.");
  const storage = await localStorage(data).catch((error: Error) =>
    fail(`${error.message}. Stop what uses it, or choose another folder with --data.`),
  );
  return { data, storage, env: { ...process.env, AzureWebJobsStorage: storage.connectionString } };
}
