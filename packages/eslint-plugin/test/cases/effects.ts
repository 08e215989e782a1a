import { type RuleCases, sdk, typed } from "./case.ts";

/** Rules about side effects, which every replay would repeat. */
export const effects: Readonly<Record<string, RuleCases>> = {
  "no-io": {
    valid: [
      sdk("return yield context.df.callHttp({ method: 'GET', url: 'https://example.com' });"),
      // The file's activities use the imports.
      `import * as df from "durable-functions"; import { readFile } from "node:fs/promises"; import axios from "axios";
       df.app.activity("a", { handler: async (path) => [await readFile(path), await axios.get(path)] });
       df.app.orchestration("x", function* (context) { return yield context.df.callActivity("a"); });`,
      sdk(
        "return path.join('a', 'b') + url.pathToFileURL('/a');",
        `import path from "node:path"; import * as url from "node:url";`,
      ),
      sdk("return output.storageBlob({ path: 'a' });", `import { output } from "@azure/functions";`),
      sdk(
        "try { yield context.df.callActivity('a'); } catch (error) { if (error instanceof RestError) return 1; }",
        `import { RestError } from "@azure/storage-blob";`,
      ),
      sdk("return new ObjectId(context.df.getInput());", `import { ObjectId } from "mongodb";`),
    ],
    invalid: [
      { code: sdk("fetch('https://example.com');"), errors: ["io"] },
      { code: sdk("return fs.readFileSync('a');", `import fs from "fs";`), errors: ["io"] },
      { code: sdk("return readFileSync('a');", `import { readFileSync } from "node:fs";`), errors: ["io"] },
      {
        code: sdk("axios.get('https://example.com').then(() => 1);", `import axios from "axios";`),
        errors: ["io"],
      },
      {
        code: sdk(
          "return blobs.getContainerClient('a');",
          `import { BlobServiceClient } from "@azure/storage-blob"; const blobs = new BlobServiceClient("https://example.com");`,
        ),
        errors: ["io"],
      },
      {
        code: sdk("const client = df.getClient(context); return client.getStatus('1');"),
        errors: ["client"],
      },
      {
        code: sdk(
          "return load();",
          `const { readFileSync } = require("fs"); function load() { return readFileSync("a"); }`,
        ),
        errors: ["io"],
      },
    ],
  },
  "no-environment": {
    valid: [
      sdk("const { days } = context.df.getInput(); return days;"),
      sdk("const process = { env: {} }; return process.env.DAYS;"),
      `const days = process.env.DAYS; export { days };`,
      sdk("return process.pid2;"),
    ],
    invalid: [
      { code: sdk("return process.env.DAYS;"), errors: ["environment"] },
      { code: sdk("return process.env['DAYS'].split(',');"), errors: ["environment"] },
      {
        code: sdk("const { DAYS } = process.env; return DAYS + process.cwd();"),
        errors: ["environment", "environment"],
      },
      { code: sdk("return hostname();", `import { hostname } from "os";`), errors: ["environment"] },
      { code: sdk("return env.DAYS;", `import { env } from "node:process";`), errors: ["environment"] },
    ],
  },
  "no-module-state": {
    valid: [
      sdk(
        "let count = 0; count++; const seen = new Map(); seen.set(1, 2); yield context.df.callActivity('a', count);",
      ),
      sdk(
        "return LIMITS.days + NAMES.map((name) => name).length;",
        "const LIMITS = { days: 5 }; const NAMES = ['a'];",
      ),
      `let count = 0; export const bump = () => ++count;`,
      // Caches, which do not change results.
      sdk("return pattern('a');", "let made; const pattern = (text) => (made ??= new RegExp(text));"),
      sdk(
        "return parsed('a');",
        "const known = new Map(); function parsed(text) { let value = known.get(text); if (!value) known.set(text, (value = text.split(','))); return value; }",
      ),
      // Each call creates a new list.
      sdk("return names().push('b');", "const names = () => ['a'];"),
    ],
    invalid: [
      {
        code: sdk("count++; yield context.df.callActivity('a', count);", "let count = 0;"),
        errors: ["state"],
      },
      { code: sdk("last = context.df.getInput();", "let last;"), errors: ["state"] },
      { code: sdk("({ last } = context.df.getInput());", "let last;"), errors: ["state"] },
      {
        code: sdk(
          "seen.set(1, 2); names.push('a'); totals.sales.count += 1; delete totals.sales;",
          "const seen = new Map(); const names = []; const totals = { sales: {} };",
        ),
        errors: ["state", "state", "state", "state"],
      },
      {
        code: sdk("remember(1);", "const seen = new Set(); function remember(id) { seen.add(id); }"),
        errors: ["state"],
      },
      // An accidental global, as in a sample of the SDK.
      {
        code: `const df = require("durable-functions"); df.app.orchestration("x", function* (context) { value = yield context.df.callEntity(id, "get"); });`,
        errors: ["undeclared"],
      },
    ],
  },
  "no-async": {
    valid: [
      sdk("return yield context.df.Task.all([context.df.callActivity('a')]);"),
      `import * as df from "durable-functions"; df.app.activity("a", { handler: async () => { await Promise.all([]); } });
       df.app.client.http("start", { handler: async (request, client) => client.startNew("x") });`,
      sdk("const Promise = { all: (x) => x }; return Promise.all([]);"),
    ],
    invalid: [
      {
        code: `import * as df from "durable-functions"; df.app.orchestration("x", async function (context) { await context.df.callActivity("a"); });`,
        errors: ["orchestrator", "await"],
      },
      {
        code: `import * as df from "durable-functions"; df.app.orchestration("x", async function* (context) { yield context.df.callActivity("a"); });`,
        errors: ["orchestrator"],
      },
      { code: sdk("load(1);", "async function load() {}"), errors: ["call"] },
      { code: sdk("Promise.all([context.df.callActivity('a')]);"), errors: ["promise"] },
      { code: sdk("return new Promise(() => {});"), errors: ["promise"] },
      { code: sdk("[1].map(async (n) => { await n; });"), errors: ["callback"] },
    ],
  },
  "no-unguarded-log": {
    valid: [
      sdk("if (!context.df.isReplaying) context.log('a'); yield context.df.callActivity('a');"),
      sdk("context.df.isReplaying || context.log('a'); yield context.df.callActivity('a');"),
      sdk("!context.df.isReplaying && console.log('a'); yield context.df.callActivity('a');"),
      sdk(
        "const { isReplaying } = context.df; if (!isReplaying) { context.log('a'); } yield context.df.callActivity('a');",
      ),
      sdk(
        "const isFirst = !context.df.isReplaying; if (isFirst) context.log('a'); yield context.df.callActivity('a');",
      ),
      sdk(
        "say(context, 'a'); yield context.df.callActivity('a');",
        "function say(context, text) { if (context.df.isReplaying) return; context.log(text); }",
      ),
      sdk(
        "if (!context.df.isReplaying) say(context); yield context.df.callActivity('a');",
        "function say(context) { context.log(context.df.instanceId); }",
      ),
      // No step can follow: it runs once, in the last episode.
      sdk("yield context.df.callActivity('a'); context.log('done');"),
      sdk(
        "if (context.df.getInput()) { context.log('refused'); return 1; } yield context.df.callActivity('a');",
      ),
      sdk(
        "try { yield context.df.callActivity('a'); } catch (error) { context.log('failed'); throw error; }",
      ),
      sdk(
        "for (const n of [1, 2]) { yield context.df.callActivity('a'); if (n > 1) { context.log('end'); break; } }",
      ),
      // The log of a typed layer handles replays.
      typed("df.log.info('a'); yield* df.callActivity(a, {});"),
      `import * as df from "durable-functions"; df.app.activity("a", { handler: (input, context) => context.log("a") });`,
    ],
    invalid: [
      {
        code: sdk("context.log('a');\nyield context.df.callActivity('a');"),
        errors: ["log"],
        output: sdk("if (!context.df.isReplaying) context.log('a');\nyield context.df.callActivity('a');"),
      },
      {
        code: sdk("console.warn('a');\nyield context.df.callActivity('a');"),
        errors: ["log"],
        output: sdk("if (!context.df.isReplaying) console.warn('a');\nyield context.df.callActivity('a');"),
      },
      {
        code: sdk("for (const n of [1, 2]) { context.log.info(n); yield context.df.callActivity('a'); }"),
        errors: ["log"],
        output: sdk(
          "for (const n of [1, 2]) { if (!context.df.isReplaying) context.log.info(n); yield context.df.callActivity('a'); }",
        ),
      },
      {
        code: sdk("const tell = () => context.info('a'); tell(); yield context.df.callActivity('a');"),
        errors: ["log"],
      },
      {
        code: sdk(
          "say(context);\nyield context.df.callActivity('a');",
          "function say(context) { context.log(context.df.instanceId); }",
        ),
        errors: ["log"],
      },
    ],
  },
  "no-replay-branch": {
    valid: [
      sdk("if (!context.df.isReplaying) context.log('a'); yield context.df.callActivity('a');"),
      sdk("if (context.df.getInput()) yield context.df.callActivity('a');"),
    ],
    invalid: [
      {
        code: sdk("if (!context.df.isReplaying) { yield context.df.callActivity('a'); }"),
        errors: ["branch"],
      },
      {
        code: sdk("const x = context.df.isReplaying ? 1 : yield context.df.callActivity('a'); return x;"),
        errors: ["branch"],
      },
      {
        code: sdk("const { isReplaying } = context.df; isReplaying || (yield context.df.callActivity('a'));"),
        errors: ["branch"],
      },
    ],
  },
};
