import { expect, test } from "vitest";
import { consoleAccess } from "../../src/console/console-access.ts";

type Parts = Parameters<typeof consoleAccess>[0];

test("of more than a thousand instances with problems a thousand are listed", async () => {
  let pages = 0;
  const hub = {
    // Each page has one without problems.
    list: async () => {
      pages += 1;
      const items = Array.from({ length: 200 }, (_, index) => ({
        problems: index === 0 ? [] : ["It waits"],
      }));
      return { items, continuation: "next" };
    },
  };
  const app = { functions: [], settings: { routePrefix: "api" }, environment: new Map() };
  const access = consoleAccess({ app, address: {}, hub, runner: {} } as unknown as Parts);
  expect(await access.problems()).toHaveLength(1000);
  expect(pages).toBe(6);
});
