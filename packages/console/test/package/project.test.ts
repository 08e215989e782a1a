import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { EmptyProject } from "../../../../test/support/empty-project.ts";
import { servedApp } from "../support/served-app.ts";

/** The packed package in an empty folder, before a host of an app in another one. */

const HELLO = path.resolve(import.meta.dirname, "../../../local-host/test/apps/hello-sequence");
const MINUTE = 60_000;

const project = new EmptyProject();

beforeAll(async () => {
  await project.install(["packages/console"], {}, []);
}, 3 * MINUTE);
afterAll(() => project.remove(), MINUTE);

test("npx durable-console serves the page and the app's API", { timeout: MINUTE }, async () => {
  const app = await servedApp(HELLO);
  const id = await app.start("helloSequence", null);
  await app.host.engine.waitForCompletion(id);
  const command = `npx durable-console --base ${app.host.url} --port 0`;
  await project.serve(command, async (url) => {
    const page = await (await fetch(url, { headers: { accept: "text/html" } })).text();
    const scripts = [...page.matchAll(/(?:src|href)="(\/runtime\/console\/[^"]+)"/g)].map(([, file]) => file);
    expect(scripts).toHaveLength(2);
    for (const script of scripts) expect((await fetch(url + script)).status, script).toBe(200);
    const about = (await (await fetch(`${url}/runtime/console/about`)).json()) as { base: string };
    expect(about.base).toBe(app.host.url);
    const listed = await fetch(`${url}/runtime/webhooks/durabletask/instances`);
    expect(await listed.json()).toMatchObject([{ instanceId: id, runtimeStatus: "Completed" }]);
  });
});
