import { once } from "node:events";
import { createServer, request as open } from "node:http";
import type { IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { createConsole } from "durable-console";
import { expect, onTestFinished, test } from "vitest";
import { FakeHost } from "./support/fake-host.ts";
import { changesUntil } from "./support/served-app.ts";

async function served() {
  const host = new FakeHost();
  const page = createConsole(host);
  const server = createServer((request, response) => void page.serve(request, response)).listen(
    0,
    "127.0.0.1",
  );
  onTestFinished(() => {
    page.close();
    server.closeAllConnections();
    server.close();
  });
  await once(server, "listening");
  return { host, page, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

async function connect(url: string) {
  const { port, host } = new URL(url);
  const request = open({ port, path: "/runtime/console/changes", headers: { host } }).end();
  const [response] = (await once(request, "response")) as [IncomingMessage];
  return { request, response };
}

test("many changes of one instance are one event", async () => {
  const { host, url } = await served();
  const changes = await changesUntil(
    url,
    (all) => all.length > 0,
    () => {
      for (let i = 0; i < 500; i++) host.commit(["a", "b"]);
    },
  );
  expect(changes.map((change) => "instanceId" in change && change.instanceId)).toEqual(["a", "b"]);
});

test("a page that misses changes is told to read its lists again", async () => {
  const { host, url } = await served();
  const changes = await changesUntil(
    url,
    (all) => all.length > 0,
    () => {
      host.commit(Array.from({ length: 5000 }, (_, i) => `instance-${i}`));
    },
  );
  expect(changes).toEqual([{ kind: "reload" }]);
});

test("a client that does not read gets only the last state of each instance later", async () => {
  const { host, url } = await served();
  const { request, response } = await connect(url);
  response.pause();
  // More than the sockets' buffers hold; a flush is due every 100 ms.
  const name = "x".repeat(100_000);
  const ids = Array.from({ length: 100 }, (_, i) => `instance-${i}`);
  for (let flush = 0; flush < 10; flush++) {
    host.commit(ids, name);
    await sleep(110);
  }
  host.commit(ids, "last");
  let events = 0;
  let end = "";
  response.on("data", (chunk: Buffer) => {
    events += chunk.toString("latin1").split("event: ").length - 1;
    end = (end + chunk.toString("latin1")).slice(-1000);
  });
  response.resume();
  await expect.poll(() => end, { timeout: 10_000 }).toContain('"name":"last"');
  expect(events).toBeLessThan(500);
  request.destroy();
  await expect.poll(() => host.watchers).toBe(0);
});

test("the 21st page is refused, and nothing watches the host once all are closed", async () => {
  const { host, url } = await served();
  const clients = await Promise.all(Array.from({ length: 20 }, () => connect(url)));
  expect(clients.map(({ response }) => response.statusCode)).toEqual(clients.map(() => 200));
  expect(host.watchers).toBe(1);
  const refused = await connect(url);
  expect(refused.response.statusCode).toBe(503);
  refused.response.resume();
  for (const { request } of clients) request.destroy();
  await expect.poll(() => host.watchers).toBe(0);
});

test("no name can begin an event of its own", async () => {
  const { host, url } = await served();
  const name = "a\n\nevent: clock\ndata: {}\r\u2028";
  const changes = await changesUntil(
    url,
    (all) => all.length > 0,
    () => host.commit(["a"], name),
  );
  expect(changes).toMatchObject([{ kind: "instance", name }]);
});
