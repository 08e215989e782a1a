import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import type { StoragePlace } from "../traffic/stored.ts";
import { HostProcess } from "../host-process.ts";

const HUB = "task-hub.db";
const STALLS = "stalls.jsonl";

export interface LoadedHostOptions {
  /** Folder of the built app. */
  readonly app: string;
  /** Gets task hub and log. */
  readonly folder: string;
  /** Connection string of an emulator or an account. */
  readonly storage: string;
  readonly env?: Readonly<Record<string, string>>;
  /** More options of the local host. */
  readonly flags?: readonly string[];
}

/** The local host as a process of its own on an empty shop, whose memory and disk are seen. */
export class LoadedHost {
  readonly storage: StoragePlace;
  readonly #host: HostProcess;
  readonly #folder: string;

  private constructor(host: HostProcess, storage: StoragePlace, folder: string) {
    this.#host = host;
    this.storage = storage;
    this.#folder = folder;
  }

  static async start({ app, folder, storage, env, flags = [] }: LoadedHostOptions): Promise<LoadedHost> {
    mkdirSync(folder, { recursive: true });
    const prefix = `l${randomBytes(6).toString("hex")}`;
    const args = ["--app", app, "--store", `sqlite:${join(folder, HUB)}`, ...flags];
    const settings = {
      AzureWebJobsStorage: storage,
      SHOP_STORAGE_PREFIX: prefix,
      NODE_OPTIONS: `--import=${new URL("stalls-of-host.mjs", import.meta.url).href}`,
      LOAD_STALLS_FILE: join(folder, STALLS),
      ...env,
    };
    const host = await HostProcess.launch(args, settings, join(folder, "host.log"));
    return new LoadedHost(host, { connectionString: storage, prefix }, folder);
  }

  get base(): string {
    return this.#host.url;
  }

  /** Gets a line every half a second, see `stalls-of-host.mjs`. */
  get stallsFile(): string {
    return join(this.#folder, STALLS);
  }

  /** Memory of the process in megabytes now; undefined where the system does not tell. */
  get memory(): number | undefined {
    return this.#kilobytes("VmRSS");
  }

  /** The most memory since the process started. */
  get peakMemory(): number | undefined {
    return this.#kilobytes("VmHWM");
  }

  /** Size of the task hub in megabytes. */
  get disk(): number {
    const files = [HUB, `${HUB}-wal`].map((name) => join(this.#folder, name));
    const bytes = files.reduce((sum, file) => sum + (existsSync(file) ? statSync(file).size : 0), 0);
    return bytes / 2 ** 20;
  }

  stop(): Promise<void> {
    return this.#host.stop();
  }

  #kilobytes(name: "VmRSS" | "VmHWM"): number | undefined {
    const status = `/proc/${this.#host.pid}/status`;
    if (!existsSync(status)) return undefined;
    const [, kilobytes] = new RegExp(`${name}:\\s*(\\d+)`).exec(readFileSync(status, "utf8")) ?? [];
    return kilobytes === undefined ? undefined : Number(kilobytes) / 1024;
  }
}

export const memoryText = ({ peakMemory }: LoadedHost) =>
  peakMemory === undefined
    ? "This system does not tell how much memory the host has used."
    : `The host used at most ${Math.round(peakMemory)} MB.`;
