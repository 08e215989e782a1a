import { expect, test } from "vitest";
import { toRetryOptions } from "../../src/durable/orchestration/duration.ts";

test("a policy is converted to the SDK's options, with defaults", () => {
  expect(toRetryOptions({ maxAttempts: 4, firstInterval: { seconds: 1 } })).toMatchObject({
    firstRetryIntervalInMilliseconds: 1000,
    maxNumberOfAttempts: 4,
    backoffCoefficient: 2,
    maxRetryIntervalInMilliseconds: 300_000,
  });
});

test("a complete policy is converted, without a retryTimeout, which would make instances hang", () => {
  const options = toRetryOptions({
    maxAttempts: 3,
    firstInterval: { minutes: 1 },
    backoffCoefficient: 1.5,
    maxInterval: { hours: 1 },
  });
  expect(options).toMatchObject({ backoffCoefficient: 1.5, maxRetryIntervalInMilliseconds: 3_600_000 });
  expect(options.retryTimeoutInMilliseconds).toBeUndefined();
});
