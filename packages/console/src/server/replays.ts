import { fork } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { History } from "durable-replay";
import type { InstanceReplay } from "../api/local-host-extras.ts";
import type { ReplayAnswer, ReplayRequest } from "./replay-messages.ts";

/** Always the compiled file: also in tests, a process of plain Node runs it. */
const PROGRAM = fileURLToPath(new URL("../../dist/server/replay-process.js", import.meta.url));
/** Loads of a large app and 200 long episodes; what takes longer hangs. */
const TIMEOUT_MS = 60_000;
/** The process ends if no replay is requested for this time. */
const IDLE_MS = 60_000;
const MEMORY_MB = 1024;

interface Waiting {
  readonly resolve: (replay: InstanceReplay) => void;
  readonly reject: (error: Error) => void;
}

/** Replays histories of one app in a process of their own. */
export class Replays {
  readonly #folder: string;
  readonly #library: string | undefined;
  readonly #waiting = new Map<number, Waiting>();
  #child: ChildProcess | undefined;
  #idle: NodeJS.Timeout | undefined;
  #lastId = 0;

  /** @param folder of the app, which may have installed `durable-replay` */
  constructor(folder: string) {
    this.#folder = folder;
    this.#library = libraryOf(folder);
  }

  get isPossible(): boolean {
    return this.#library !== undefined;
  }

  /** @throws {Error} with a sentence that says why this is not possible */
  async replay(history: History, from: number | undefined): Promise<InstanceReplay> {
    const { promise, resolve, reject } = Promise.withResolvers<InstanceReplay>();
    const id = ++this.#lastId;
    this.#waiting.set(id, { resolve, reject });
    const timeout = setTimeout(() => {
      this.#fail(`The replay has not ended after ${TIMEOUT_MS / 1000} s.`);
    }, TIMEOUT_MS);
    try {
      const request = { id, folder: this.#folder, library: this.#library ?? "", history, from };
      this.#running().send(request satisfies ReplayRequest);
      return await promise;
    } finally {
      clearTimeout(timeout);
      this.#waiting.delete(id);
      if (this.#waiting.size === 0) this.#idle = setTimeout(() => this.close(), IDLE_MS).unref();
    }
  }

  close(): void {
    this.#fail("The host stops.");
  }

  #running(): ChildProcess {
    clearTimeout(this.#idle);
    if (this.#child !== undefined) return this.#child;
    const child = fork(PROGRAM, {
      execArgv: [`--max-old-space-size=${MEMORY_MB}`, "--disable-warning=ExperimentalWarning"],
      // What the app prints while it loads has been printed by the host already.
      stdio: ["ignore", "ignore", "ignore", "ipc"],
      serialization: "advanced",
    });
    child.on("message", (answer: ReplayAnswer) => {
      const waiting = this.#waiting.get(answer.id);
      if ("replay" in answer) waiting?.resolve(answer.replay);
      else waiting?.reject(new Error(answer.error));
    });
    child.on("error", () => undefined);
    child.on("exit", () => {
      if (this.#child === child)
        this.#fail("The process of the replay ended: too much memory, or process.exit() in the app.");
    });
    child.unref();
    child.channel?.unref();
    this.#child = child;
    return child;
  }

  #fail(why: string): void {
    const child = this.#child;
    this.#child = undefined;
    clearTimeout(this.#idle);
    child?.kill("SIGKILL");
    for (const { reject } of this.#waiting.values()) reject(new Error(why));
  }
}

function libraryOf(folder: string): string | undefined {
  try {
    const file = createRequire(path.join(folder, "package.json")).resolve("durable-replay");
    return pathToFileURL(file).href;
  } catch {
    return undefined;
  }
}
