import { expect, test } from "vitest";
import { startShop } from "../../support/shop.ts";
import { Albums } from "./albums.ts";

test(
  "an album is rendered completely, although the host dies after any one of its commits",
  { timeout: 60_000 },
  async () => {
    const { host } = await startShop({ store: "file" });
    await using _ = host;
    const albums = new Albums(host);
    for (let index = 0; index < 9; index += 1) await albums.put("crash", `p${index}.jpg`, "no photo");
    for (let commits = 0; commits <= 40; commits += 4) {
      const id = await albums.start("crash", { widths: [16], format: "webp" });
      await host.completeThroughDeath(id, commits);
      const { progress, result } = await albums.renditions(id);
      expect(progress, `host died after ${commits} commits`).toEqual({ total: 9, done: 0, failed: 9 });
      expect(result?.failures.map(({ name }) => name)).toEqual(
        Array.from({ length: 9 }, (_, index) => `p${index}.jpg`),
      );
    }
  },
);
