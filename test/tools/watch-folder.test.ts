import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { watchFolder } from "../../tools/watch-folder.ts";

const saved = (file: string, text: string) => writeFileSync(file, text);

/** Saves like many editors and git: another file replaces the old one. */
function savedAtomically(file: string, text: string): void {
  writeFileSync(`${file}.new`, text);
  renameSync(`${file}.new`, file);
}

/** A watched folder with a file in a subfolder; `changes` resolves after one more reported change. */
function watched() {
  const root = mkdtempSync(path.join(tmpdir(), "watched-"));
  const below = path.join(root, "below");
  const file = path.join(below, "file.ts");
  mkdirSync(below);
  saved(file, "0");
  let told = 0;
  let running = 0;
  let most = 0;
  const stop = watchFolder(
    root,
    async () => {
      most = Math.max(most, ++running);
      await new Promise((resolve) => setTimeout(resolve, 50));
      running -= 1;
      told += 1;
    },
    (error) => expect.unreachable(error.message),
  );
  onTestFinished(() => {
    stop();
    rmSync(root, { recursive: true, force: true });
  });
  const isToldOf = async (change: () => void) => {
    const before = told;
    change();
    await expect.poll(() => told, { timeout: 10_000 }).toBeGreaterThan(before);
  };
  return { root, below, file, isToldOf, most: () => most };
}

test("every save is noticed: in place, by another file of the name, and in place again", async () => {
  const { file, isToldOf, most } = watched();
  for (let round = 0; round < 3; round++) {
    await isToldOf(() => saved(file, `${round} in place`));
    await isToldOf(() => savedAtomically(file, `${round} atomically`));
  }
  await isToldOf(() => saved(file, "in place, at last"));
  expect(most(), "never two at the same time").toBe(1);
});

test("also a save in a folder that was created again, as by git checkout", async () => {
  const { root, below, file, isToldOf, most } = watched();
  await isToldOf(() => {
    rmSync(below, { recursive: true });
    mkdirSync(below);
    saved(file, "anew");
  });
  await isToldOf(() => saved(file, "in place"));
  const deep = path.join(root, "a", "b");
  await isToldOf(() => void mkdirSync(deep, { recursive: true }));
  await isToldOf(() => saved(path.join(deep, "c.ts"), "new"));
  expect(most()).toBe(1);
});
