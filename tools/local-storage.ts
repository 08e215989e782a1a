import { join } from "node:path";
import { type AzuritePorts, connectionString, isAzuriteAt, startAzurite, USUAL_PORTS } from "./azurite.ts";
import { readFile, writeFile } from "node:fs/promises";

/** The storage emulator that a run of the app uses. */
export interface LocalStorage {
  readonly connectionString: string;
  /** One line for people: where it is and whether it was there already. */
  readonly description: string;
  /** Stops the emulator if this run started it; one that was there before stays. */
  stop(): Promise<void>;
}

/**
 * Finds or starts the Azurite for a data folder: the one that an earlier run left there, else one on the usual
 * ports. A folder of the caller's choice is a world of its own: if the usual ports are taken, its Azurite gets
 * free ones, so that several apps run side by side.
 *
 * @throws {Error} one line that says why there is none
 */
export async function localStorage(folder: string, isDefaultFolder: boolean): Promise<LocalStorage> {
  const note = join(folder, "azurite.json");
  const left = await readPorts(note);
  if (left && (await isAzuriteAt(left))) return existing(left);
  if (isDefaultFolder && (await isAzuriteAt(USUAL_PORTS))) return existing(USUAL_PORTS);

  const azurite = await start(join(folder, "azurite"), !isDefaultFolder);
  await writeFile(note, JSON.stringify(azurite.ports));
  return {
    connectionString: azurite.connectionString,
    description: `Azurite on ports ${describe(azurite.ports)}`,
    stop: () => azurite.stop(),
  };
}

async function start(folder: string, mayMove: boolean) {
  try {
    return await startAzurite({ folder, ports: USUAL_PORTS, survivesCtrlC: true });
  } catch (error) {
    if (mayMove && String(error).includes("in use")) return startAzurite({ folder, survivesCtrlC: true });
    throw error;
  }
}

function existing(ports: AzuritePorts): LocalStorage {
  return {
    connectionString: connectionString(ports),
    description: `Azurite that was already running on ports ${describe(ports)}`,
    stop: () => Promise.resolve(),
  };
}

const describe = ({ blob, queue, table }: AzuritePorts) => `${blob}, ${queue}, ${table}`;

async function readPorts(file: string): Promise<AzuritePorts | undefined> {
  try {
    return JSON.parse(await readFile(file, "utf8")) as AzuritePorts;
  } catch {
    return undefined;
  }
}
