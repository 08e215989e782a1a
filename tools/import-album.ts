import { openAsBlob, statSync } from "node:fs";
import { readdir } from "node:fs/promises";
import path from "node:path";
import { parseArgs } from "node:util";
import { poll } from "../src/durable/client/poll.ts";
import { isUnfinished } from "../src/http/resource-status.ts";
import { albumName, PHOTO_CONTENT_TYPES } from "../src/patterns/image-fan-out/albums/albums.contract.ts";
import { imageFormat } from "../src/values.ts";
import { checkUrl } from "./command-line.ts";
import { folderToRead } from "./folder-option.ts";
import { ProgressLine } from "./progress-line.ts";
import { fail } from "./run.ts";

const HELP = `Usage: npm run import -- FOLDER [options]

Uploads a folder of photos to an album through the public API, and renders it if requested.

  --album NAME     the album (default: the folder's name)
  --base URL       the app (default http://127.0.0.1:7071)
  --key KEY        function key, needed on Azure (default: FUNCTIONS_KEY of the environment)
  --parallel N     uploads at the same time (default 4)
  --render WIDTHS  then render it in these widths, for example 320,1280, and wait for the end
  --format FORMAT  of the renditions: webp (default), jpeg or avif
  --help           show this text`;

/** The content types that the API accepts, by file extension. */
const CONTENT_TYPES: Readonly<Record<string, string>> = {
  ".jpg": "image/jpeg",
  ".tif": "image/tiff",
  ...Object.fromEntries(PHOTO_CONTENT_TYPES.map((type) => [type.replace("image/", "."), type])),
};

interface Photo {
  readonly file: string;
  readonly name: string;
  readonly contentType: string;
}

interface Target {
  readonly base: URL;
  readonly album: string;
  readonly key: string | undefined;
}

interface Renditions {
  readonly status: string;
  readonly progress: { readonly total: number; readonly done: number; readonly failed: number };
  readonly result?: {
    readonly kind: string;
    readonly reason?: string;
    readonly failures?: readonly { readonly name: string; readonly reason: string }[];
    readonly manifest?: string;
    readonly contactSheet?: string;
  };
  readonly error?: { readonly message: string };
  readonly links: { readonly self: string };
}

async function run(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      album: { type: "string" },
      base: { type: "string", default: "http://127.0.0.1:7071" },
      key: { type: "string", default: process.env["FUNCTIONS_KEY"] },
      parallel: { type: "string", default: "4" },
      render: { type: "string" },
      format: { type: "string", default: "webp" },
      help: { type: "boolean" },
    },
  });
  const [named] = positionals;
  if (values.help) {
    console.log(HELP);
    return;
  }
  if (named === undefined || positionals.length > 1) fail("Name one folder. See: npm run import -- --help");
  const parallel = Number(values.parallel);
  if (!Number.isInteger(parallel) || parallel < 1 || parallel > 64) fail("--parallel: must be from 1 to 64");
  checkUrl("--base", values.base);
  const folder = folderToRead("FOLDER", named);
  if (!imageFormat.safeParse(values.format).success)
    fail(`--format: must be one of ${imageFormat.options.join(", ")}`);
  const widths = values.render?.split(",").map(Number);
  if (widths?.some((width) => !Number.isInteger(width))) fail("--render: must be widths such as 320,1280");

  const album = values.album ?? albumNamed(path.basename(folder));
  checkAlbum(album);
  const target: Target = { base: new URL(values.base), album, key: values.key };
  const photos = await photosIn(folder);
  await upload(target, photos, parallel);
  if (widths) await render(target, { widths, format: values.format });
}

function checkAlbum(album: string): void {
  const { error } = albumName.safeParse(album);
  if (error) fail(`--album: "${album}" is not a valid name. ${error.issues[0]?.message}`);
}

const albumNamed = (folder: string) =>
  folder
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "")
    .slice(0, 63);

async function photosIn(folder: string): Promise<Photo[]> {
  const photos = new Map<string, Photo>();
  for (const name of (await readdir(folder)).sort()) {
    const contentType = CONTENT_TYPES[path.extname(name).toLowerCase()];
    const file = path.join(folder, name);
    if (contentType === undefined || !statSync(file, { throwIfNoEntry: false })?.isFile()) continue;
    // The API allows only simple names: other characters become dashes. Systems write the same letter in two ways.
    const plain = name
      .normalize("NFC")
      .replace(/[^A-Za-z0-9._-]+/g, "-")
      .replace(/\.{2,}/g, ".")
      .replace(/^[^A-Za-z0-9]+/, "");
    if (photos.has(plain)) throw new Error(`Two files would be called ${plain} in the album; rename one`);
    photos.set(plain, { file, name: plain, contentType });
  }
  const endings = Object.keys(CONTENT_TYPES).join(" ");
  if (photos.size === 0) throw new Error(`${folder} has no photos (${endings})`);
  return [...photos.values()];
}

async function upload(target: Target, photos: readonly Photo[], parallel: number): Promise<void> {
  const progress = new ProgressLine(`Uploading to ${target.album}`, photos.length);
  const refused: string[] = [];
  const waiting = [...photos];
  const worker = async () => {
    for (let photo = waiting.shift(); photo; photo = waiting.shift()) {
      const response = await call(target, `albums/${target.album}/photos/${photo.name}`, {
        method: "PUT",
        headers: { "content-type": photo.contentType },
        // Streamed, but with a known length.
        body: await openAsBlob(photo.file),
      });
      if (!response.ok) refused.push(`${photo.name}: ${await detail(response)}`);
      progress.add(1);
    }
  };
  await Promise.all(Array.from({ length: parallel }, worker));
  progress.end();
  for (const line of refused) console.error(`  not accepted: ${line}`);
  if (refused.length > 0) process.exitCode = 1;
}

async function render(target: Target, order: { widths: number[]; format: string }): Promise<void> {
  const started = await call(target, `albums/${target.album}/renditions`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(order),
  });
  if (started.status !== 202) throw new Error(`Rendering was refused: ${await detail(started)}`);
  const { links } = (await started.json()) as Renditions;
  const { result, status, error } = (await finished(target, links.self)) ?? {};
  if (result?.kind !== "rendered") {
    throw new Error(`Rendering ${status}: ${result?.reason ?? error?.message ?? "no reason given"}`);
  }
  for (const { name, reason } of result.failures ?? []) console.log(`  ${name}: ${reason}`);
  console.log(`Manifest:      ${result.manifest}\nContact sheet: ${result.contactSheet}`);
}

/** An album may take hours, and its progress is shown. */
const UNTIL_RENDERED = { timeoutMs: Infinity, firstPauseMs: 500, longestPauseMs: 5000 };

async function finished(target: Target, url: string): Promise<Renditions | undefined> {
  let progress: ProgressLine | undefined;
  return poll(async () => {
    const response = await call(target, url);
    if (!response.ok) throw new Error(`The status cannot be read: ${await detail(response)}`);
    const renditions = (await response.json()) as Renditions;
    const { total, done, failed } = renditions.progress;
    if (total > 0) progress ??= new ProgressLine("Rendering", total);
    progress?.moveTo(done + failed);
    if (isUnfinished(renditions.status)) return undefined;
    progress?.end();
    return renditions;
  }, UNTIL_RENDERED);
}

function call({ base, key }: Target, pathOrUrl: string, init: RequestInit = {}): Promise<Response> {
  const headers = new Headers(init.headers);
  if (key !== undefined) headers.set("x-functions-key", key);
  return fetch(new URL(pathOrUrl, new URL("/api/", base)), { ...init, headers });
}

async function detail(response: Response): Promise<string> {
  const text = await response.text();
  try {
    return (JSON.parse(text) as { detail: string }).detail;
  } catch {
    return response.status === 401 ? "401: a function key is required (--key)" : String(response.status);
  }
}

const NOTHING_ANSWERS = "No app responds. Is it running (npm start), and is the URL of --base correct?";

function inOneLine(error: unknown): string {
  const { message, cause } = error as { message: string; cause?: { code?: string } };
  if (cause?.code === "ECONNREFUSED") return NOTHING_ANSWERS;
  return cause?.code ? `${message} (${cause.code})` : message;
}

try {
  await run();
} catch (error) {
  fail(inOneLine(error));
}
