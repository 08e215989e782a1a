import { connect, type Socket } from "node:net";
import { inject } from "vitest";

const { base } = inject("app");

/** Sends bytes unchanged; returns everything that is received until the connection is closed or silent. */
export function exchange(text: string): Promise<string> {
  return answerOn(opened(), (socket) => socket.write(text, "latin1"));
}

/** Sends the beginning of a request and then a byte each half second. */
export function dripped(text: string): Promise<string> {
  return answerOn(opened(), (socket) => {
    socket.write(text);
    const timer = setInterval(() => socket.write(" "), 500);
    socket.once("close", () => clearInterval(timer));
  });
}

function opened(): Socket {
  const { hostname, port } = new URL(base);
  return connect(Number(port || 80), hostname);
}

const QUIET_MS = 300;

function answerOn(socket: Socket, begin: (socket: Socket) => void): Promise<string> {
  return new Promise((resolve) => {
    let answer = "";
    let quiet: NodeJS.Timeout | undefined;
    const end = () => {
      clearTimeout(quiet);
      socket.destroy();
      resolve(answer);
    };
    socket.on("data", (chunk) => {
      answer += chunk.toString("latin1");
      clearTimeout(quiet);
      quiet = setTimeout(end, QUIET_MS);
    });
    // The connection may be closed while it still writes: the data received until then counts.
    socket.on("error", end);
    socket.on("close", end);
    begin(socket);
  });
}
