import { app } from "durable-functions";

app.activity("increment", { handler: (x) => x + 1 });
app.activity("identity", { handler: (x) => x });

/** Five activities in sequence; input x, result x + 5. */
app.orchestration("chain", function* ({ df }) {
  let x = df.getInput();
  for (let step = 0; step < 5; step++) x = yield df.callActivity("increment", x);
  return x;
});

/** As many activities at once as the input says; the result is the sum of their results. */
app.orchestration("fan", function* ({ df }) {
  const calls = Array.from({ length: df.getInput() }, (_, index) => df.callActivity("identity", index));
  const results = yield df.Task.all(calls);
  return results.reduce((sum, result) => sum + result, 0);
});
