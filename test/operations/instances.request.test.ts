import { expect, test } from "vitest";
import { instancesQuery } from "../../src/operations/instances.request.ts";

test("the message about an unknown status names the known ones", () => {
  const { error } = instancesQuery.safeParse({ status: "running,lost" });
  expect(error?.issues).toMatchObject([
    { path: ["status"], message: expect.stringMatching(/^Must be one or more of .*\bcompleted\b.*failed/) },
  ]);
});
