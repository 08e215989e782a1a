import { once } from "node:events";
import { createServer, type IncomingMessage, request as open, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { createConsole } from "durable-console";
import { type About, EXTRAS_PATH } from "../../src/api/local-host-extras.ts";
import { FakeHost } from "./fake-host.ts";

/** As before an app that is not on the local host. */
export const ABOUT: About = {
  host: "proxy",
  base: "http://app.example/",
  virtualTime: false,
  now: "2026-11-27T12:00:00Z",
  canKill: false,
  canKillWorker: false,
  canAdvance: false,
  canReplay: false,
  canReadMails: false,
  docs: [],
  hasOpenApi: null,
  hostId: "test",
};

function answerAbout(request: IncomingMessage, response: ServerResponse): boolean {
  return request.url === `${EXTRAS_PATH}/about` && answerJson(response, ABOUT);
}

/** Answers what the console does not; returns false if it has nothing at this address. */
export type App = (request: IncomingMessage, response: ServerResponse) => boolean | Promise<boolean>;

/** The console before an app: one at an address, or answers made by a test. */
export async function startConsole(
  app: string | App,
  extras: App = answerAbout,
): Promise<{ url: string; stop: () => void }> {
  const page = createConsole(new FakeHost());
  const serve: App = typeof app === "string" ? (request, response) => forward(app, request, response) : app;
  const server = createServer((request, response) => {
    if (extras(request, response) || page.serve(request, response)) return;
    void Promise.resolve(serve(request, response)).then(
      (isServed) => isServed || response.writeHead(404).end(),
    );
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    stop: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

function forward(base: string, request: IncomingMessage, response: ServerResponse): boolean {
  const { method, url, headers } = request;
  const onward = open(new URL(url ?? "/", base), {
    method,
    headers: { ...headers, host: new URL(base).host },
  });
  onward.on("response", (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(response);
  });
  onward.on("error", () => (response.headersSent ? response.destroy() : response.writeHead(502).end()));
  request.pipe(onward);
  return true;
}

export function answerJson(
  response: ServerResponse,
  body: unknown,
  headers: Record<string, string> = {},
): true {
  response.writeHead(200, { "content-type": "application/json", ...headers }).end(JSON.stringify(body));
  return true;
}
