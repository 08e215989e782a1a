import { type ChildProcess, spawn } from "node:child_process";
import { setTimeout as delay } from "node:timers/promises";
import { checkUrl, commandLine } from "./command-line.ts";
import { END_WITH_PARENT, fail, ROOT } from "./run.ts";
import { albumStop } from "./tour/album-stop.ts";
import { Api, isAppAt } from "./tour/api.ts";
import { orderStop } from "./tour/order-stop.ts";
import { priceStop } from "./tour/price-stop.ts";
import { refundStop } from "./tour/refund-stop.ts";
import { reportStop } from "./tour/report-stop.ts";
import { salesStop } from "./tour/sales-stop.ts";
import { shipmentStop } from "./tour/shipment-stop.ts";
import { Screen } from "./tour/screen.ts";
import { messageOf } from "./message-of.ts";

const STOPS = [orderStop, albumStop, reportStop, refundStop, shipmentStop, priceStop, salesStop];

const HELP = `Usage: npm run tour [-- options]

A guided tour of the patterns on the running app; starts an app if none runs. Ends with exit code 1
if a result is not as expected, so it is also a smoke test of a deployment.

  --base URL   the app (default http://127.0.0.1:7071)
  --key KEY    function key, needed on Azure
  --help       show this text`;

const values = commandLine(HELP, {
  base: { type: "string" },
  key: { type: "string" },
});

checkUrl("--base", values.base);
const screen = new Screen();
const base = values.base ?? "http://127.0.0.1:7071";
const own = (await isAppAt(base)) ? undefined : await startApp();
const api = new Api(base, values.key);
let failures = 0;
try {
  for (const [index, stop] of STOPS.entries()) {
    screen.title(`${index + 1}. ${stop.pattern}`);
    screen.line(stop.story);
    screen.line();
    try {
      await stop.run(api, screen);
    } catch (error) {
      failures += 1;
      screen.bad(messageOf(error));
      const trouble = await storageTrouble(api);
      if (trouble) screen.bad(trouble);
    }
    screen.dim(`  code    ${stop.code}`);
  }
} finally {
  await stopApp(own);
}
screen.line();
if (failures > 0) fail(`${failures} of ${STOPS.length} stops failed`);
screen.line("All stops succeeded. ARCHITECTURE.md explains how it works; docs/ has a page for each pattern.");

async function startApp(): Promise<ChildProcess> {
  if (values.base) fail(`No app responds at ${values.base}. Is the URL correct, and is the app running?`);
  screen.dim("No app is running on port 7071; starting one …");
  const app = spawn(process.execPath, [END_WITH_PARENT, "tools/start.ts"], {
    cwd: ROOT,
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
  while (!(await isAppAt(base))) {
    if (app.exitCode !== null) fail("The app did not start; see above, or run: npm start");
    await delay(200);
  }
  return app;
}

/** The app does not work without its storage, so that is the reason for any other failure. */
async function storageTrouble(api: Api): Promise<string | undefined> {
  try {
    const health = (await (await api.call("GET", "/api/health")).json()) as {
      parts?: Readonly<Record<string, { readonly status: string }>>;
    };
    const failing = Object.entries(health.parts ?? {}).filter(([, { status }]) => status === "failing");
    if (failing.length === 0) return undefined;
    return `The app cannot reach its storage: /api/health reports ${failing.map(([part]) => part).join(", ")} as failing`;
  } catch {
    return "The app does not respond any more";
  }
}

async function stopApp(app: ChildProcess | undefined): Promise<void> {
  if (!app || app.exitCode !== null) return;
  const exited = new Promise((resolve) => app.once("exit", resolve));
  app.disconnect();
  await exited;
}
