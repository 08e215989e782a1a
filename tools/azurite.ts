import { type ChildProcess, spawn } from "node:child_process";
import { mkdir } from "node:fs/promises";
import { createRequire } from "node:module";
import { createInterface } from "node:readline";
import type { Writable } from "node:stream";

/** The ports of Azurite's three services, all on 127.0.0.1. */
export interface AzuritePorts {
  readonly blob: number;
  readonly queue: number;
  readonly table: number;
}

/** The default ports of Azurite, Core Tools and `UseDevelopmentStorage=true`. */
export const USUAL_PORTS: AzuritePorts = { blob: 10_000, queue: 10_001, table: 10_002 };

/** A storage emulator that this process started. */
export interface Azurite {
  readonly ports: AzuritePorts;
  readonly connectionString: string;
  readonly pid: number;
  /** A process that gets this as a file descriptor can use it to its own end, also if this process is killed before. */
  readonly lifeline: Writable;
  /** Ends the process and waits for it, so that all data is on disk; kills it if it cannot write its data. */
  stop(): Promise<void>;
}

/** A request in Azurite's access log. */
export interface StorageRequest {
  readonly method: string;
  /** Path and query, the account first. */
  readonly path: string;
  readonly status: number;
}

/** It ends with the last process that has its lifeline. */
const END_WITH_USERS = new URL("end-with-users.mjs", import.meta.url).href;

/** An Azurite that cannot write its data, such as on a full disk, never ends by itself. */
const WRITES_WITHIN_MS = 30_000;

/** The account of every Azurite: documented, the same everywhere, and not a secret. */
const ACCOUNT = "devstoreaccount1";
const ACCOUNT_KEY =
  "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

/** The connection string for an Azurite on these ports. */
export function connectionString(ports: AzuritePorts): string {
  const endpoint = (service: string, port: number) =>
    `${service}Endpoint=http://127.0.0.1:${port}/${ACCOUNT}`;
  return [
    "DefaultEndpointsProtocol=http",
    `AccountName=${ACCOUNT}`,
    `AccountKey=${ACCOUNT_KEY}`,
    endpoint("Blob", ports.blob),
    endpoint("Queue", ports.queue),
    endpoint("Table", ports.table),
  ].join(";");
}

/** Whether an Azurite responds on the blob port; false if another program uses the port. */
export async function isAzuriteAt(ports: AzuritePorts): Promise<boolean> {
  try {
    const response = await fetch(`http://127.0.0.1:${ports.blob}/${ACCOUNT}?comp=list`, {
      signal: AbortSignal.timeout(2000),
    });
    return response.headers.get("server")?.startsWith("Azurite") ?? false;
  } catch {
    return false;
  }
}

/**
 * Starts Azurite and waits until all three services listen. It always ends with this process, and with those that have
 * its lifeline.
 *
 * @param options.folder folder for its data; in memory if absent
 * @param options.ports default: free ports
 * @param options.survivesCtrlC whether it continues after Ctrl-C in the terminal, until `stop`
 * @param options.onRequest called for every request after its response
 * @param options.writesWithinMs when it is killed if it has not written its data at its end
 * @throws {Error} with the reason in one line, if it did not start
 */
export async function startAzurite(options: {
  readonly folder?: string | undefined;
  readonly ports?: AzuritePorts | undefined;
  readonly survivesCtrlC?: boolean | undefined;
  readonly onRequest?: ((request: StorageRequest) => void) | undefined;
  readonly writesWithinMs?: number;
}): Promise<Azurite> {
  const { folder, onRequest, ports = { blob: 0, queue: 0, table: 0 } } = options;
  const { writesWithinMs = WRITES_WITHIN_MS } = options;
  if (folder) await mkdir(folder, { recursive: true });
  const endWithUsers = `--import=${END_WITH_USERS}?within=${writesWithinMs}`;
  const command = [endWithUsers, ...azuriteCommand(folder, ports, onRequest !== undefined)];
  const process = spawn(globalThis.process.execPath, command, {
    stdio: ["pipe", "pipe", "pipe", "ipc"],
    detached: options.survivesCtrlC === true,
  });
  const listening = await whenListening(process);
  const { stdin, stdout, stderr } = process;
  if (onRequest && stdout) createInterface({ input: stdout }).on("line", (line) => tell(line, onRequest));
  else stdout?.resume();
  stderr?.resume();
  return {
    ports: listening,
    connectionString: connectionString(listening),
    pid: process.pid ?? 0,
    lifeline: stdin as Writable,
    stop: () => stop(process, writesWithinMs),
  };
}

function tell(line: string, onRequest: (request: StorageRequest) => void): void {
  const [, method, path, status] = /"([A-Z]+) (\S+) HTTP\/1\.1" (\d{3})/.exec(line) ?? [];
  if (method && path) onRequest({ method, path, status: Number(status) });
}

function azuriteCommand(folder: string | undefined, ports: AzuritePorts, logsRequests: boolean): string[] {
  const program = createRequire(import.meta.url).resolve("azurite/dist/src/azurite.js");
  const portFlags = (["blob", "queue", "table"] as const).flatMap((service) => [
    `--${service}Host=127.0.0.1`,
    `--${service}Port=${ports[service]}`,
  ]);
  const persistence = folder ? ["--location", folder] : ["--inMemoryPersistence"];
  // Storage clients and the extension may use a newer API version than the emulator knows, which works.
  return [
    program,
    "--skipApiVersionCheck",
    "--disableTelemetry",
    // Its access log costs a quarter of its time.
    ...(logsRequests ? [] : ["--silent"]),
    ...portFlags,
    ...persistence,
  ];
}

function whenListening(process: ChildProcess): Promise<AzuritePorts> {
  const output: string[] = [];
  const inputs = [process.stdout, process.stderr].flatMap((stream) => stream ?? []);
  const readers = inputs.map((input) => createInterface({ input }));
  const listening = new Promise<AzuritePorts>((resolve, reject) => {
    const ports: { blob?: number; queue?: number; table?: number } = {};
    const read = (line: string) => {
      output.push(line);
      const [, service, port] =
        /^Azurite (Blob|Queue|Table) service is successfully listening at \S+:(\d+)/.exec(line) ?? [];
      if (!service) return;
      ports[service.toLowerCase() as keyof AzuritePorts] = Number(port);
      const { blob, queue, table } = ports;
      if (blob && queue && table) resolve({ blob, queue, table });
    };
    for (const reader of readers) reader.on("line", read);
    process.on("error", reject);
    process.on("exit", () => reject(new Error(`Azurite did not start: ${reasonIn(output)}`)));
  });
  // Else each line of its access log would be kept until it ends.
  return listening.finally(() => readers.forEach((reader) => reader.close()));
}

function reasonIn(output: readonly string[]): string {
  const busy = output.find((line) => line.includes("EADDRINUSE"));
  return busy
    ? "one of its ports is in use"
    : (output.find((line) => /error/i.test(line)) ?? "it printed nothing");
}

async function stop(process: ChildProcess, withinMs: number): Promise<void> {
  if (process.exitCode !== null || process.signalCode !== null) return;
  const exited = new Promise((resolve) => process.once("exit", resolve));
  // Azurite's own message, because Windows has no signal that ends a process cleanly.
  process.send("shutdown");
  const overdue = setTimeout(() => {
    console.error(
      "Azurite could not write its data, and is killed: the changes of its last seconds are lost.",
    );
    process.kill("SIGKILL");
  }, withinMs);
  await exited;
  clearTimeout(overdue);
}
