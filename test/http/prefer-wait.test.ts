import { HttpRequest, type HttpResponseInit } from "@azure/functions";
import { beforeEach, expect, test, vi } from "vitest";
import { poll } from "../../src/durable/client/poll.ts";
import { answerInTime } from "../../src/http/prefer-wait.ts";

vi.mock("../../src/durable/client/poll.ts", () => ({ poll: vi.fn<typeof poll>() }));
beforeEach(() => void vi.mocked(poll).mockReset());

const accepted = {
  status: 202,
  headers: { location: "/api/one" },
  jsonBody: { id: "one", status: "pending", links: { self: "/api/one" } },
} as const;
const done = { status: 200, headers: { "retry-after": "1" }, jsonBody: { id: "one" } };

/** The response if the process has `finished` or not, and the milliseconds that a caller may have waited for it. */
async function answerTo(prefer: string, finished?: HttpResponseInit) {
  vi.mocked(poll).mockResolvedValue(finished);
  const request = new HttpRequest({ url: "http://localhost/api/ones", method: "POST", headers: { prefer } });
  const response = await answerInTime(request, accepted, async () => finished);
  return { response, waitMs: vi.mocked(poll).mock.calls[0]?.[1].timeoutMs };
}

test.each([
  ["wait=5", 5000],
  [' WAIT = "5" ', 5000],
  ["respond-async, wait=5; strict", 5000],
  ["wait=5, wait=7", 5000],
  ["wait=30", 30_000],
  ["wait=31", 30_000],
  ["wait=999999", 30_000],
  ["wait=1234567", undefined],
  ["wait=0", undefined],
  ["wait=0, wait=5", undefined],
  ["wait=-1", undefined],
  ["wait=5s", undefined],
  ["await=5", undefined],
  ["", undefined],
])("%s: waits at most %s ms", async (prefer, expected) => {
  const { response, waitMs } = await answerTo(prefer);
  expect(waitMs).toBe(expected);
  const applied = expected === undefined ? {} : { "preference-applied": `wait=${expected / 1000}` };
  expect(response).toEqual({ ...accepted, headers: { ...accepted.headers, ...applied } });
});

test("a finished process is the response, and Content-Location names its resource", async () => {
  const { response } = await answerTo("wait=5", done);
  const headers = { "retry-after": "1", "content-location": "/api/one", "preference-applied": "wait=5" };
  expect(response).toEqual({ ...done, headers });
});
