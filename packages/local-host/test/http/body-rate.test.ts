import type { IncomingMessage } from "node:http";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { readBody } from "../../src/http/body.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const pause = (milliseconds: number) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds));

/** A request that sends its body in 20 seconds, with so many bytes in each. */
function sending(bytes: number): IncomingMessage {
  const closed = Promise.withResolvers<void>();
  const socket = { bytesRead: 0 };
  const iterator = async function* () {
    for (let second = 1; second <= 20; second++) {
      // The first part comes just before the connection is looked at.
      await Promise.race([pause(second === 1 ? 999 : 1000), closed.promise]);
      socket.bytesRead += bytes;
      yield Buffer.alloc(bytes);
    }
  };
  const headers = { "content-length": `${20 * bytes}` };
  return { headers, socket, iterator, destroy: closed.reject } as unknown as IncomingMessage;
}

test.each([
  [240, "4800 bytes"],
  [239, "The request body arrives too slowly."],
])("a body with %i bytes in each second: %s", async (bytes, outcome) => {
  const reading = readBody(sending(bytes)).then(
    (body) => `${body?.length} bytes`,
    (error: Error) => error.message,
  );
  await vi.advanceTimersByTimeAsync(30_000);
  expect(await reading).toBe(outcome);
});

test("a body may wait five seconds before its rate counts", async () => {
  const reading = readBody(sending(1)).then(
    () => "read",
    () => "closed",
  );
  let outcome = "open";
  void reading.then((end) => (outcome = end));
  await vi.advanceTimersByTimeAsync(4999);
  expect(outcome).toBe("open");
  await vi.advanceTimersByTimeAsync(1);
  expect(outcome).toBe("closed");
});
