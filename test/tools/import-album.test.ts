import { execFile } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { expect, onTestFinished, test } from "vitest";
import { ROOT } from "../../tools/run.ts";

/** A folder with empty files of these names. */
function folderWith(names: readonly string[]): string {
  const folder = mkdtempSync(path.join(tmpdir(), "import-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  for (const name of names) writeFileSync(path.join(folder, name), "");
  return folder;
}

/** The paths that the tool calls when it imports a folder. */
async function imported(folder: string): Promise<string[]> {
  const called: string[] = [];
  const server = createServer((request, response) => {
    called.push(request.url ?? "");
    request.resume().on("end", () => response.writeHead(201).end());
  }).listen(0, "127.0.0.1");
  onTestFinished(() => void server.close());
  await once(server, "listening");
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const args = [path.join(ROOT, "tools", "import-album.ts"), folder, "--album", "album", "--base", base];
  await promisify(execFile)(process.execPath, args, { cwd: ROOT });
  return called.toSorted();
}

test("all photos of a folder are uploaded, with names that the API accepts, and nothing else", async () => {
  const folder = folderWith(["a b.JPG", "c..png", "_d.webp", "cafe\u0301.gif", "notes.txt"]);
  mkdirSync(path.join(folder, "folder.jpg"));
  expect(await imported(folder)).toEqual(
    ["a-b.JPG", "c.png", "caf-.gif", "d.webp"].map((name) => `/api/albums/album/photos/${name}`),
  );
});
