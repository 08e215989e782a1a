import { expect, test } from "vitest";
import { OneAtATime } from "../../src/storage/storage.ts";

test("a task begins when the previous one has succeeded or failed", async () => {
  const oneAtATime = new OneAtATime();
  const seen: string[] = [];
  const first = Promise.withResolvers<void>();
  const failed = oneAtATime.run(async () => {
    seen.push("first begins");
    await first.promise;
    seen.push("first fails");
    throw new Error("first");
  });
  const answered = oneAtATime.run(async () => {
    seen.push("second begins");
    return "second";
  });
  await new Promise(setImmediate);
  expect(seen).toEqual(["first begins"]);
  first.resolve();
  await expect(failed).rejects.toThrow("first");
  expect(await answered).toBe("second");
  expect(seen).toEqual(["first begins", "first fails", "second begins"]);
});
