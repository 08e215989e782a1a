import { appendFileSync } from "node:fs";
import * as df from "durable-functions";

df.app.activity("increment", { handler: (n: number) => n + 1 });
df.app.activity("identity", { handler: (value: unknown) => value });
df.app.activity("describe", { handler: (value: unknown) => `${typeof value} ${JSON.stringify(value)}` });
df.app.activity("wait", {
  handler: async ({ ms, value }: { ms: number; value: unknown }) => {
    await new Promise((resolve) => setTimeout(resolve, ms));
    return value;
  },
});

/** Calls so far, by key. */
const calls = new Map<string, number>();

df.app.activity("flaky", {
  handler: ({ key, failures }: { key: string; failures: number }) => {
    const call = (calls.get(key) ?? 0) + 1;
    calls.set(key, call);
    if (call <= failures) throw new Error(`call ${call} failed`);
    return call;
  },
});
df.app.activity("fail", {
  handler: (message: string) => {
    throw new Error(message);
  },
});

/** An effect that outlives the process, to be counted after it was killed. */
df.app.activity("append", {
  handler: async ({ file, line }: { file: string; line: string }) => {
    appendFileSync(file, `${line}\n`);
    await new Promise((resolve) => setTimeout(resolve, 2));
    return line;
  },
});
