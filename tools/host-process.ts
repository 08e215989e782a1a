import { type ChildProcess, spawn } from "node:child_process";
import { createWriteStream } from "node:fs";
import { bin, END_WITH_PARENT, ROOT } from "./run.ts";

// The worker library keeps private fields in WeakMaps, which make collections of young objects slow: with a young
// generation of this size, the host runs two to three times as many invocations per second.
export const HOST_FLAGS: readonly string[] = [
  "--disable-warning=ExperimentalWarning",
  "--min-semi-space-size=64",
  "--max-semi-space-size=128",
];

/** The local host as a separate process, like `npm start`, which can really be killed. */
export class HostProcess {
  /** Its address, as soon as it answers; rejected if it ends before. */
  readonly serving: Promise<string>;
  readonly #process: ChildProcess;
  #url = "";

  /**
   * @param args of the command; `--port 0` takes any free port
   * @param logFile gets everything that the host writes, after what is there already
   */
  constructor(args: readonly string[], env: Readonly<Record<string, string>> = {}, logFile?: string) {
    const child = spawn(
      process.execPath,
      [END_WITH_PARENT, ...HOST_FLAGS, bin("durable-local-host"), ...args],
      { cwd: ROOT, env: { ...process.env, ...env }, stdio: ["ignore", "pipe", "pipe", "ipc"] },
    );
    const streams = [child.stdout, child.stderr].filter((stream) => stream !== null);
    if (logFile !== undefined) {
      const log = createWriteStream(logFile, { flags: "a" });
      for (const stream of streams) stream.pipe(log, { end: false });
      child.on("close", () => log.end());
    }
    this.#process = child;
    this.serving = new Promise<string>((resolve, reject) => {
      let output = "";
      const read = (chunk: Buffer) => {
        if (this.#url !== "") return;
        output += chunk.toString();
        this.#url = /Serving .* on (http:\S+)\. /.exec(output)?.[1] ?? "";
        if (this.#url !== "") resolve(this.#url);
      };
      for (const stream of streams) stream.on("data", read);
      child.on("exit", () => reject(new Error(`The host did not start: ${output}`)));
    });
    // Somebody who kills it before it serves does not wait for the address.
    this.serving.catch(() => undefined);
  }

  /** @param store file of the task hub; the process continues the work of an earlier one */
  static start(store: string, env: Readonly<Record<string, string>>): Promise<HostProcess> {
    return HostProcess.launch(["--app", ROOT, "--store", `sqlite:${store}`], env);
  }

  /** Starts it on any free port, and waits until it answers. */
  static async launch(
    args: readonly string[],
    env: Readonly<Record<string, string>> = {},
    logFile?: string,
  ): Promise<HostProcess> {
    const host = new HostProcess(["--port", "0", ...args], env, logFile);
    await host.serving;
    return host;
  }

  get url(): string {
    return this.#url;
  }

  get pid(): number {
    return this.#process.pid ?? 0;
  }

  /** kill -9: no handler runs, nothing is flushed. */
  async kill(): Promise<void> {
    await this.#end(() => this.#process.kill("SIGKILL"));
  }

  /** Through the channel, because it stops the process cleanly on every system. */
  async stop(): Promise<void> {
    await this.#end(() => this.#process.disconnect());
  }

  async #end(end: () => void): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    const exited = new Promise((resolve) => this.#process.once("exit", resolve));
    end();
    await exited;
  }
}
