import { connect } from "node:net";

/** The response to bytes that `fetch` would not send, until the connection is closed. */
export function exchange(url: string, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(Number(new URL(url).port), "127.0.0.1");
    let answer = "";
    socket.setTimeout(5000, () => socket.destroy(new Error(`only ${JSON.stringify(answer)} has come`)));
    socket.on("data", (chunk) => (answer += chunk.toString("latin1")));
    socket.on("error", reject);
    socket.on("close", () => resolve(answer));
    socket.write(text, "latin1");
  });
}
