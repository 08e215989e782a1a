import { HttpRequest } from "@azure/functions";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { boundedBody } from "../../src/http/read-body.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A request whose body arrives in chunks of a given size at a given interval. Counts the requested chunks. */
function slowly(count: number, bytes: number, everyMs: number) {
  let sent = 0;
  const body = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        await new Promise((resolve) => setTimeout(resolve, everyMs));
        if (sent === count) return controller.close();
        sent += 1;
        controller.enqueue(new Uint8Array(bytes));
      },
    },
    { highWaterMark: 0 },
  );
  return { request: { headers: new Headers(), body } as unknown as HttpRequest, sent: () => sent };
}

async function outcomeOf(request: HttpRequest, limit = 1_000_000): Promise<string> {
  const reading = (async () => {
    let bytes = 0;
    for await (const chunk of boundedBody(request, limit)) bytes += chunk.byteLength;
    return `${bytes} bytes`;
  })().catch((error: { kind: string }) => error.kind);
  await vi.advanceTimersByTimeAsync(600_000);
  return reading;
}

describe("a body", () => {
  test("may arrive slowly", async () => {
    expect(await outcomeOf(slowly(100, 4096, 1000).request)).toBe("409600 bytes");
  });

  test("that is sent very slowly is cut off after some time", async () => {
    expect(await outcomeOf(slowly(100, 2048, 1000).request)).toBe("request-timeout");
  });

  test("that stops is cut off", async () => {
    expect(await outcomeOf(slowly(10, 1000, 60_000).request)).toBe("request-timeout");
  });

  test("that is refused before its end is still read completely, so that its connection can be reused", async () => {
    const { request, sent } = slowly(50, 1000, 1);
    expect(await outcomeOf(request, 5000)).toBe("too-large");
    expect(sent()).toBe(50);
  });

  test("that is refused is not read for ever", async () => {
    const { request, sent } = slowly(2000, 64 * 1024, 1);
    expect(await outcomeOf(request, 5000)).toBe("too-large");
    // The first part was read before the refusal.
    expect(sent()).toBe(1 + (32 * 1024 * 1024) / (64 * 1024));
  });
});

describe("a body with a header that says", () => {
  const bytes = Buffer.from("whole");
  const sent = (method: string, headers: Record<string, string>) =>
    outcomeOf(new HttpRequest({ url: "http://localhost/api/things", method, headers, body: { bytes } }));

  test.each(["gzip", "br", "GZIP", "identity, gzip"])(
    "that it is encoded as %s is refused",
    async (coding) => {
      expect(await sent("POST", { "content-encoding": coding })).toBe("unsupported-media-type");
    },
  );

  test("that it is not encoded is accepted", async () => {
    expect(await sent("POST", { "content-encoding": "identity" })).toBe("5 bytes");
  });

  test("that it is partial is refused where it would be stored as complete", async () => {
    const range = { "content-range": "bytes 0-4/10" };
    expect(await sent("PUT", range)).toBe("invalid-request");
    expect(await sent("POST", range)).toBe("5 bytes");
  });
});

test("a request without a body has no bytes", async () => {
  const request = new HttpRequest({ url: "http://localhost/api/files/one", method: "PUT" });
  expect(await outcomeOf(request)).toBe("0 bytes");
});
