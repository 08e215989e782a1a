import { expect, test } from "vitest";
import { appFolder } from "../support/app-fixture.ts";
import { exchange } from "../support/exchange.ts";
import { startedHost } from "../support/started-host.ts";

const folder = appFolder({
  "app.mjs": `import { app } from "@azure/functions";
app.setup({ enableHttpStream: true });
app.http("url", { methods: ["GET"], handler: ({ url }) => ({ body: url }) });`,
});

const head = (fields: string, target = "/api/url") =>
  `GET ${target} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n${fields}\r\n`;

/** A refusal by the host; a response of the library would be chunked. */
const BY_THE_HOST =
  /^HTTP\/1\.1 4\d\d [^\r]+(?:\r\n(?:connection: close|content-length: 0|date: [^\r]+))*\r\n\r\n$/i;

test("a head of any size gets a response from the app, or is refused by the host", async () => {
  const { host } = await startedHost(folder);
  const sizes = Array.from({ length: 40 }, (_, index) => 15_000 + index * 40);
  const answers = await Promise.all(
    sizes.map((size) => exchange(host.url, head(`a: ${"b".repeat(size)}\r\n`))),
  );
  const refused = answers.filter((answer) => !answer.startsWith("HTTP/1.1 200 "));
  for (const answer of refused) expect(answer).toMatch(BY_THE_HOST);
  expect(answers[0]).toContain("http://localhost/api/url");
  expect(answers.at(-1)).toMatch(/^HTTP\/1.1 431 /);
});

test("at most a hundred fields are accepted", async () => {
  const { host } = await startedHost(folder);
  const fields = (count: number) => exchange(host.url, head("a: b\r\n".repeat(count - 2)));
  expect(await fields(100)).toMatch(/^HTTP\/1.1 200 /);
  for (const count of [101, 995, 998, 2000]) {
    const answer = await fields(count);
    expect(answer).toMatch(/^HTTP\/1.1 431 /);
    expect(answer).toMatch(BY_THE_HOST);
  }
});

test.each([
  ["two", "host: b\r\n"],
  ["the same twice", "host: localhost\r\n"],
])("Host fields are refused: %s", async (_title, more) => {
  const { host } = await startedHost(folder);
  const answer = await exchange(host.url, head(more));
  expect(answer).toMatch(/^HTTP\/1.1 400 /);
  expect(answer).toMatch(BY_THE_HOST);
});

test("a Host that is longer than the longest name is refused", async () => {
  const { host } = await startedHost(folder);
  const answer = await exchange(host.url, `GET /api/url HTTP/1.1\r\nhost: ${"a".repeat(300)}\r\n\r\n`);
  expect(answer).toMatch(/^HTTP\/1.1 400 /);
});

test("a first line of at most 8 KiB is accepted", async () => {
  const { host } = await startedHost(folder);
  const line = (size: number) => exchange(host.url, head("", `/api/url?${"a".repeat(size - 24)}`));
  expect(await line(8192)).toMatch(/^HTTP\/1.1 200 /);
  for (const size of [8193, 14_000, 16_000, 70_000]) {
    const answer = await line(size);
    expect(answer).toMatch(/^HTTP\/1.1 414 /);
    expect(answer).toMatch(BY_THE_HOST);
  }
});

test.each(["/api/url%00", "/api/%00?a=b", "/admin/%00"])(
  "a zero byte in a path is refused: %s",
  async (target) => {
    const { host } = await startedHost(folder);
    const answer = await exchange(host.url, head("", target));
    expect(answer).toMatch(/^HTTP\/1.1 400 /);
    expect(answer).toMatch(BY_THE_HOST);
  },
);

test.each([
  ["/api/url?a=%00", "http://localhost/api/url?a=%00"],
  ["/other/../api/./url", "http://localhost/api/url"],
  ["/../../api/%2E%2e/api/url?x=/../y", "http://localhost/api/url?x=/../y"],
  ["/api/x/%2e./url/.", "http://localhost/api/url/"],
])("%s reaches the app as %s", async (target, url) => {
  const { host } = await startedHost(folder);
  expect(await exchange(host.url, head("", target))).toContain(`\r\n${url}\r\n`);
});

test("HTTP/1.0 needs no Host", async () => {
  const { host } = await startedHost(folder);
  const answer = await exchange(host.url, "GET /api/url HTTP/1.0\r\n\r\n");
  expect(answer).toMatch(/^HTTP\/1.1 200 /);
  expect(answer).toContain(`${host.url}/api/url`);
});
