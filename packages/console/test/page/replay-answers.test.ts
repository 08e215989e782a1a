import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type {
  About,
  InstanceMail,
  InstanceReplay,
  ReplayedCall,
  SourceFile,
} from "../../src/api/local-host-extras.ts";
import { hasBrowser, OVERFLOW, screenshot, useBrowser, violations } from "../support/browser.ts";
import { ABOUT, answerJson, startConsole } from "../support/console-server.ts";

const LOCAL: About = { ...ABOUT, host: "local", canReplay: true, canReadMails: true };
const MARKUP = `<img src=x onerror="globalThis.isHacked=true"><script>globalThis.isHacked=true</script>`;
const BIDI = "\u202Eevil\u2066\u0000";
const TEXT = `${MARKUP}${BIDI}${"W".repeat(4000)}`;
const TIME = "2026-11-27T12:00:00Z";
const EPISODES = 1000;
const AT_ONCE = 200;

const browser = useBrowser();
let url = "";
let stop = () => undefined as unknown;
/** Status and body of an answer. */
type Answer = readonly [number, unknown];
let replay: (from: number | undefined) => Answer;
let source: () => Answer;
let mails: readonly InstanceMail[];
/** The `from` of all requests. */
let asked: (number | undefined)[];

const instance = {
  name: "many",
  instanceId: "many-1",
  runtimeStatus: "Running",
  input: null,
  customStatus: null,
  output: null,
  createdTime: TIME,
  lastUpdatedTime: TIME,
  historyEvents: [],
};

beforeAll(async () => {
  ({ url, stop } = await startConsole(
    (request, response) =>
      request.url?.includes("/instances/many-1") === true && answerJson(response, instance),
    (request, response) => {
      const { pathname, searchParams } = new URL(request.url ?? "/", "http://localhost");
      const send = ([status, body]: Answer) => {
        response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
        return true;
      };
      if (pathname.endsWith("/about")) return answerJson(response, LOCAL);
      if (pathname.endsWith("/problems")) return answerJson(response, []);
      if (pathname.endsWith("/mails")) return answerJson(response, mails);
      if (pathname.endsWith("/source")) return send(source());
      if (!pathname.endsWith("/replay")) return false;
      const from = searchParams.get("from");
      asked.push(from === null ? undefined : Number(from));
      return send(replay(asked.at(-1)));
    },
  ));
});
afterAll(() => stop());

beforeEach(() => {
  asked = [];
  mails = [];
  replay = (from) => [200, pageOf(from)];
  source = () => [
    200,
    { file: "app.js", lines: [...Array(50)].map((_, at) => [{ text: `line ${at + 1}` }]) },
  ];
});

const callAt = (madeIn: number, first: number): ReplayedCall => ({
  id: String(madeIn - 1),
  kind: "callActivity",
  name: `step${madeIn}`,
  madeIn: madeIn < first ? 0 : madeIn,
  doneIn: Math.max(madeIn + 1, first),
  result: madeIn,
  at: [{ file: "app.js", line: (madeIn % 50) + 1 }],
});

/** As the server answers: the last episodes, or those from one on. */
function pageOf(from: number | undefined): InstanceReplay {
  const first = Math.min(from ?? Infinity, EPISODES - AT_ONCE + 1);
  const last = first + AT_ONCE - 1;
  const episodes = Array.from({ length: AT_ONCE }, (_, at) => ({
    index: first + at,
    time: TIME,
    newEvents: [{ type: "TaskCompleted", time: TIME, name: `step${first + at - 1}` }],
    customStatus: null,
    log: [],
    waitsAt: [{ file: "app.js", line: ((first + at) % 50) + 1 }],
  }));
  const calls = Array.from({ length: last }, (_, at) => callAt(at + 1, first));
  const generations = [{ executionId: "one", episodeCount: EPISODES, episodes, calls }];
  return { instanceId: "many-1", name: "many", files: ["app.js"], generations };
}

const open = (options: Parameters<typeof browser.open>[1] = {}) =>
  browser.open(`${url}/#/instances/many-1?tab=replay`, { hasHttpErrors: true, ...options });

test.skipIf(!hasBrowser)("1,000 episodes are loaded part by part", { timeout: 60_000 }, async () => {
  const page = await open();
  await page.locator(".line-waits").waitFor();
  expect(asked).toEqual([undefined]);
  expect(await page.locator(".call").count()).toBe(100);
  const slider = page.getByRole("slider", { name: "Episode" });
  await slider.fill("300");
  await page.locator(".call-new .call-name", { hasText: "step300" }).waitFor();
  expect(asked).toEqual([undefined, 200]);
  await slider.fill("250");
  await page.locator(".call-new .call-name", { hasText: "step250" }).waitFor();
  expect(asked).toEqual([undefined, 200]);
  // Of a call that only a later part has seen end, an earlier part knows when.
  await slider.fill("300");
  await page.locator(".call-open .call-name", { hasText: "step300" }).waitFor();
  expect(await page.locator(".call-open").count()).toBe(1);
  await page.close();
});

test.skipIf(!hasBrowser)(
  "what the server cannot replay or show is one sentence",
  { timeout: 60_000 },
  async () => {
    replay = () => [500, { error: "The replay has not ended after 60 s." }];
    const page = await open();
    await page.getByRole("alert").filter({ hasText: "The replay has not ended after 60 s." }).waitFor();
    replay = (from) => [200, pageOf(from)];
    source = () => [404, { error: "No replay has named this file, or it is not there." }];
    await page.getByRole("button", { name: "Try again" }).click();
    await page.getByText("app.js: No replay has named this file").waitFor();
    expect(await page.locator(".replay-error").count()).toBe(0);
    expect(await violations(page)).toEqual([]);
    await page.close();
    const { generations, ...others } = pageOf(undefined);
    replay = () => [
      200,
      {
        ...others,
        generations: generations.map((one) => ({ ...one, episodeCount: 0, episodes: [], calls: [] })),
      },
    ];
    const empty = await open();
    await empty.getByText("It has not begun: there is nothing to replay yet.").waitFor();
    await empty.close();
  },
);

test.skipIf(!hasBrowser)(
  "an execution that has continued as new stays on the page",
  { timeout: 60_000 },
  async () => {
    const page = await open();
    await page.locator(".line-waits").waitFor();
    expect(await page.getByRole("combobox", { name: "Generation" }).count()).toBe(0);
    const { generations, ...others } = pageOf(EPISODES);
    replay = () => [
      200,
      { ...others, generations: generations.map((one) => ({ ...one, executionId: "two" })) },
    ];
    instance.lastUpdatedTime = "2026-11-27T12:00:01Z";
    const generation = page.getByRole("combobox", { name: "Generation" });
    await generation.waitFor({ timeout: 20_000 });
    expect(await generation.locator("option").allTextContents()).toEqual(["1 before", "current generation"]);
    await generation.selectOption("1 before");
    await page.getByRole("button", { name: "Newest", pressed: false }).waitFor();
    await page.close();
  },
);

test.skipIf(!hasBrowser).for([1280, 360])(
  "hostile sources, calls, events and mails are only text, at %i px",
  { timeout: 60_000 },
  async (width) => {
    const at = [{ file: TEXT, line: 1, function: TEXT }];
    const call = { id: "0", kind: TEXT, name: TEXT, input: TEXT, madeIn: 2, at };
    const calls = [call, { ...call, id: "1", doneIn: 2, error: TEXT, tasks: [{ ...call, id: "1.0" }] }];
    const episode = {
      time: TEXT,
      newEvents: [{ type: TEXT, time: TEXT, name: TEXT, value: { [TEXT]: TEXT } }],
      log: [{ level: TEXT, message: TEXT }],
      waitsAt: at,
      difference: TEXT,
    };
    const episodes = [
      { ...episode, index: 1, customStatus: Object.fromEntries([["constructor", TEXT]]) },
      { ...episode, index: 2, customStatus: { [TEXT]: TEXT } },
    ];
    const generations = [{ executionId: TEXT, episodeCount: 2, episodes, calls }];
    replay = () => [200, { instanceId: TEXT, name: TEXT, files: [TEXT], generations }];
    source = () => [200, { file: TEXT, lines: [[{ text: TEXT, class: "string" }], []] } satisfies SourceFile];
    // eslint-disable-next-line no-script-url -- what a hostile mail may have
    const links = [
      "javascript:globalThis.isHacked=true",
      `https://evil.example/${TEXT}`,
      `${url}/api/${MARKUP}`,
    ];
    mails = [{ to: TEXT, subject: TEXT, text: TEXT, links, sentAt: TEXT }];
    const page = await open({ width });
    await page.locator(".line-waits").waitFor();
    await page.locator(".mail").waitFor();
    for (const button of await page.locator("main button[aria-expanded=false]").all()) {
      if (await button.isVisible()) await button.click();
    }
    await screenshot(page, `hostile-replay-${width}`);
    expect(await page.evaluate("'isHacked' in globalThis")).toBe(false);
    expect(await page.evaluate("document.images.length")).toBe(0);
    expect(await page.locator("a[href^='javascript']").count()).toBe(0);
    expect(await page.evaluate<number>(OVERFLOW)).toBeLessThanOrEqual(0);
    expect(await page.locator("body").innerText()).not.toMatch(/[\u202A-\u202E\u2066-\u2069]/);
    expect(await violations(page)).toEqual([]);
    await page.close();
  },
);
