import { checkUrl, commandLine } from "./command-line.ts";
import { fail, runVitest } from "./run.ts";
import { isAppAt } from "./tour/api.ts";

const HELP = `Usage: npm run test:e2e [-- options]

The end-to-end suite, only over HTTP: every path of every pattern, with its own data (albums, keys, names).
Without --base it starts the app itself (an Azurite and the local host, in real time) and runs everything.

  --base URL        a running app: of "func start", of "npm start", or a deployed one. Only runs the paths
  --key KEY         master key, needed on Azure, because the suite also makes calls of operators
  --storage TEXT    connection string of the shop's storage (SHOP_STORAGE_PREFIX, if it is not "shop"). Needed for
                    tests that HTTP is not enough for, which are skipped without it: decision links, which are
                    in mails in the outbox queue, and orders from a queue. For an Azurite on the usual
                    ports: UseDevelopmentStorage=true
  --stress          with --base, too: 200 starts at once per pattern, 10,000 hostile requests, and attacks by
                    size, time and injection. Only for an app that has no other users at the same time
                    (and "npm start" needs --allow-host example.com, or it refuses a request for that name)
  --requests N      number of hostile requests (default 10000)
  --seed N          seed of the hostile requests, to repeat a run (default 20260101)
  --help            show this text`;

const values = commandLine(HELP, {
  base: { type: "string" },
  key: { type: "string" },
  storage: { type: "string" },
  stress: { type: "boolean" },
  requests: { type: "string" },
  seed: { type: "string" },
});

if (values.base === undefined && (values.key ?? values.storage) !== undefined) {
  fail("--key and --storage need a running app: set --base.");
}
checkUrl("--base", values.base);
if (values.base !== undefined && !(await isAppAt(values.base))) {
  fail(`No app responds at ${values.base}. Is the URL correct, and is the app running?`);
}
for (const name of ["requests", "seed"] as const) {
  if (!/^[1-9]\d{0,8}$/.test(values[name] ?? "1")) fail(`--${name} must be a number from 1 to 999999999.`);
}

const projects = values.base === undefined || values.stress ? ["e2e", "stress"] : ["e2e"];
const settings = {
  E2E_BASE: values.base,
  E2E_KEY: values.key,
  E2E_STORAGE: values.storage,
  E2E_REQUESTS: values.requests,
  E2E_SEED: values.seed,
};
process.exitCode = await runVitest(
  projects.flatMap((project) => ["--project", project]),
  settings,
);
