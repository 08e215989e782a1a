import { appendFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import * as df from "durable-functions";

df.app.activity("increment", { handler: (n: number) => n + 1 });
df.app.activity("identity", { handler: (value: unknown) => value });
df.app.activity("describe", { handler: (value: unknown) => `${typeof value} ${JSON.stringify(value)}` });
df.app.activity("nothing", { handler: () => null });
df.app.activity("fail", {
  handler: (message: string) => {
    throw new Error(message);
  },
});

/** An effect that survives the process. */
df.app.activity("append", {
  handler: async ({ file, line }: { file: string; line: string }) => {
    appendFileSync(file, `${line}\n`);
    await sleep(2);
    return line;
  },
});

// The tests hold these activities, and decide what they return and when.
for (const name of ["A", "B", "C", "D", "Fallback", "Step1", "Step2"]) {
  df.app.activity(name, { handler: (value: unknown) => value });
}
