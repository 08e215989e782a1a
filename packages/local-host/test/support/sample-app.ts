import path from "node:path";
import { onTestFinished } from "vitest";
import { HostProcess } from "../../../../tools/host-process.ts";

interface Status {
  readonly runtimeStatus: string;
  readonly output: unknown;
  readonly customStatus: unknown;
  readonly createdTime: string;
  readonly lastUpdatedTime: string;
}

interface CheckStatus {
  readonly id: string;
  readonly statusQueryGetUri: string;
  readonly sendEventPostUri: string;
  readonly terminatePostUri: string;
}

const APPS = path.resolve(import.meta.dirname, "../apps");
const JSON_TYPE = { "content-type": "application/json" };

/** A sample app under the real command, ended after the test. */
export async function sampleApp(name: string, ...options: string[]): Promise<SampleApp> {
  const host = await HostProcess.launch(["--app", path.join(APPS, name), ...options]);
  onTestFinished(() => host.stop());
  return new SampleApp(host.url);
}

class SampleApp {
  readonly #url: string;

  constructor(url: string) {
    this.#url = url;
  }

  /** Starts an orchestration through the app's own HTTP function, as its documentation says. */
  async start(orchestrator: string, input?: unknown): Promise<Run> {
    const answer = await this.post(`/api/orchestrators/${orchestrator}`, input);
    if (answer.status !== 202) throw new Error(`${answer.status} ${await answer.text()}`);
    return new Run((await answer.json()) as CheckStatus);
  }

  get(route: string): Promise<Response> {
    return fetch(`${this.#url}${route}`);
  }

  post(route: string, body?: unknown): Promise<Response> {
    return post(`${this.#url}${route}`, body);
  }

  /** Moves paused time forward. */
  async advance(duration: string): Promise<void> {
    const answer = await this.post("/admin/clock", { advance: duration });
    if (answer.status !== 200) throw new Error(await answer.text());
  }
}

/** One instance, accessed through the links in the response to its start. */
class Run {
  readonly #links: CheckStatus;

  constructor(links: CheckStatus) {
    this.#links = links;
  }

  async status(): Promise<Status> {
    return (await (await fetch(this.#links.statusQueryGetUri)).json()) as Status;
  }

  /** The status once `test` returns true, polled as by a client. */
  async when(test: (status: Status) => boolean): Promise<Status> {
    const deadline = performance.now() + 10_000;
    for (;;) {
      const status = await this.status();
      if (test(status)) return status;
      if (performance.now() > deadline) throw new Error(`It stays ${JSON.stringify(status)}`);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }

  /** The status once the instance is neither pending nor running. */
  end(): Promise<Status> {
    return this.when(({ runtimeStatus }) => !["Pending", "Running"].includes(runtimeStatus));
  }

  async raise(event: string, payload: unknown): Promise<void> {
    const answer = await post(this.#links.sendEventPostUri.replace("{eventName}", event), payload);
    if (answer.status !== 202) throw new Error(`${answer.status} ${await answer.text()}`);
  }

  async terminate(reason: string): Promise<void> {
    await post(this.#links.terminatePostUri.replace("{text}", reason));
  }
}

function post(url: string, body?: unknown): Promise<Response> {
  return fetch(url, {
    method: "POST",
    ...(body === undefined ? {} : { headers: JSON_TYPE, body: JSON.stringify(body) }),
  });
}
