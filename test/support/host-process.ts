import { type ChildProcess, spawn } from "node:child_process";
import { createWriteStream } from "node:fs";
import { bin, END_WITH_PARENT, ROOT } from "../../tools/run.ts";

/** The local host as a separate process, like `npm start`, which can really be killed. */
export class HostProcess {
  readonly url: string;
  readonly #process: ChildProcess;

  private constructor(url: string, process: ChildProcess) {
    this.url = url;
    this.#process = process;
  }

  /** @param store file of the task hub; the process continues the work of an earlier one */
  static start(store: string, env: Readonly<Record<string, string>>): Promise<HostProcess> {
    return HostProcess.launch(["--app", ROOT, "--store", `sqlite:${store}`], env);
  }

  /**
   * @param args of the command, except the port, which is any free one
   *
   * @param logFile gets everything that the host writes
   */
  static async launch(
    args: readonly string[],
    env: Readonly<Record<string, string>> = {},
    logFile?: string,
  ): Promise<HostProcess> {
    const child = spawn(
      process.execPath,
      [END_WITH_PARENT, bin("durable-local-host"), "--port", "0", ...args],
      {
        cwd: ROOT,
        env: { ...process.env, ...env },
        stdio: ["ignore", "pipe", "pipe", "ipc"],
      },
    );
    const streams = [child.stdout, child.stderr].filter((stream) => stream !== null);
    if (logFile !== undefined) {
      const log = createWriteStream(logFile);
      for (const stream of streams) stream.pipe(log, { end: false });
      child.on("close", () => log.end());
    }
    const serving = await new Promise<string>((resolve, reject) => {
      let output = "";
      let url: string | undefined;
      const read = (chunk: Buffer) => {
        if (url !== undefined) return;
        output += chunk.toString();
        url = /Serving .* on (http:\S+)\. /.exec(output)?.[1];
        if (url !== undefined) resolve(url);
      };
      for (const stream of streams) stream.on("data", read);
      child.on("exit", () => reject(new Error(`The host did not start: ${output}`)));
    });
    return new HostProcess(serving, child);
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
