import { once } from "node:events";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { fail } from "./run.ts";

/** A port that nobody uses at the moment, for a process that is started with a fixed one. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

/**
 * Ends the process with one line if a program listens on the port. Else the start would note another app's port as its own,
 * and take its answers for those of the new one.
 */
export async function checkPortIsFree(port: string): Promise<void> {
  const server = createServer().listen(Number(port), "127.0.0.1");
  await once(server, "listening").catch(({ code, message }: NodeJS.ErrnoException) =>
    fail(
      code === "EADDRINUSE"
        ? `--port ${port}: another program uses it. Stop that, or choose a port and a folder: --port N --data DIR`
        : `--port ${port}: ${message}. Use another.`,
    ),
  );
  server.close();
  await once(server, "close");
}
