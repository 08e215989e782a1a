import { once } from "node:events";
import { request as open } from "node:http";
import type { IncomingMessage } from "node:http";
import { text } from "node:stream/consumers";
import { createConsole } from "durable-console";
import { createLocalHost, VirtualClock } from "durable-local-host";
import type { LocalHost, LocalHostOptions } from "durable-local-host";
import { onTestFinished } from "vitest";
import type { Change } from "../../src/api/local-host-extras.ts";

/** An app on a real local host with the console, ended after the test. */
export async function servedApp(
  app: string,
  options: Omit<LocalHostOptions, "app" | "port" | "console"> = {},
): Promise<ServedApp> {
  const host = await createLocalHost({ ...options, app, port: 0, console: createConsole });
  onTestFinished(() => host.stop());
  await host.start();
  if (options.clock instanceof VirtualClock) options.clock.waitWith(() => host.idle());
  return new ServedApp(host);
}

export class ServedApp {
  readonly host: LocalHost;

  constructor(host: LocalHost) {
    this.host = host;
  }

  /** Starts an orchestration. @returns its id */
  async start(name: string, input: unknown, instanceId?: string): Promise<string> {
    return this.host.hub.start({ name, input: JSON.stringify(input), instanceId });
  }

  /** What the console answers at an address below its own. */
  async get<T>(path: string): Promise<T> {
    const { status, body } = await send(this.host.url, `/runtime/console/${path}`);
    if (status !== 200) throw new Error(`${status} ${body}`);
    return JSON.parse(body) as T;
  }

  post(path: string, body: unknown) {
    const headers = { origin: this.host.url, "content-type": "application/json" };
    return send(this.host.url, `/runtime/console/${path}`, {
      method: "POST",
      headers,
      body: JSON.stringify(body),
    });
  }
}

interface Sent {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
}

/** Node's own client, because `fetch` sets some headers itself and normalises paths. */
export async function send(base: string, path: string, { method = "GET", headers = {}, body }: Sent = {}) {
  const { port, host } = new URL(base);
  const request = open({ port, path, method, headers: { host, ...headers } }).end(body);
  const [response] = (await once(request, "response")) as [IncomingMessage];
  return { status: response.statusCode, headers: response.headers, body: await text(response) };
}

/** Reads server-sent events until `enough`, and closes the stream. */
export async function changesUntil(
  base: string,
  enough: (changes: readonly Change[]) => boolean,
  meanwhile: () => unknown = () => undefined,
): Promise<readonly Change[]> {
  const { port, host } = new URL(base);
  const request = open({ port, path: "/runtime/console/changes", headers: { host } }).end();
  const [response] = (await once(request, "response")) as [IncomingMessage];
  const started = meanwhile();
  let received = "";
  const changes: Change[] = [];
  for await (const chunk of response as AsyncIterable<Buffer>) {
    received += chunk.toString("utf8");
    const events = received.split("\n\n");
    received = events.pop() ?? "";
    for (const event of events) {
      const [, kind, data] = /^event: (\w+)\ndata: ([^\n]+)$/.exec(event) ?? [];
      if (data !== undefined) changes.push({ kind, ...(JSON.parse(data) as object) } as Change);
    }
    if (enough(changes)) break;
  }
  request.destroy();
  await started;
  return changes;
}
