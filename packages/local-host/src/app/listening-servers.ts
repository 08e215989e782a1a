import { isObject } from "../json.ts";
import { tracingChannel } from "node:diagnostics_channel";
import { Server } from "node:http";

/** Runs `work` and calls `found` with every HTTP server that starts to listen during this time. */
export async function withListeningServers<T>(
  work: () => Promise<T>,
  found: (server: Server) => void,
): Promise<T> {
  const { asyncStart } = tracingChannel("net.server.listen");
  const seen = (message: unknown): void => {
    if (isAboutServer(message)) found(message.server);
  };
  asyncStart.subscribe(seen);
  try {
    return await work();
  } finally {
    asyncStart.unsubscribe(seen);
  }
}

function isAboutServer(message: unknown): message is { readonly server: Server } {
  return isObject(message) && message["server"] instanceof Server;
}
