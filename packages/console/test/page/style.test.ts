import { globSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";

const STYLES = path.join(import.meta.dirname, "../../src/page/style");

/** The page loads all style sheets together, so a class of one would change what another draws. */
test("no two style sheets have a rule for the same class alone", () => {
  const owners = new Map<string, string>();
  const shared: string[] = [];
  for (const file of globSync("*.css", { cwd: STYLES })) {
    const text = readFileSync(path.join(STYLES, file), "utf8").replaceAll(/\/\*[\s\S]*?\*\//g, "");
    const selectors = [...text.matchAll(/([^{};]+)\{/g)].flatMap(([, list = ""]) => list.split(","));
    for (const name of selectors.flatMap((one) => /^\s*\.([\w-]+)\s*$/.exec(one)?.[1] ?? [])) {
      const owner = owners.get(name) ?? file;
      owners.set(name, owner);
      if (owner !== file) shared.push(`.${name} in ${owner} and ${file}`);
    }
  }
  expect(owners.size).toBeGreaterThan(100);
  expect(shared).toEqual([]);
});
