import { useState } from "preact/hooks";
import type { Operation } from "../api/openapi.ts";
import { Text } from "../parts/text.tsx";
import { useApp } from "../shell/app-context.ts";
import { Result } from "./process-result.tsx";
import { sampleOf } from "./sample.ts";
import { type Outcome, sendOperation } from "./send-operation.ts";

const PARALLEL = 4;

/** An operation that takes one photo, and the one that starts what is done with all of them. */
interface PhotoRoutes {
  readonly upload: Operation;
  readonly start: Operation;
  /** Name of the parameter that both have. */
  readonly album: string;
  /** Name of the parameter with the photo's name. */
  readonly photo: string;
}

export function photoRoutes(operations: readonly Operation[]): PhotoRoutes | undefined {
  const upload = operations.find(
    ({ method, mediaTypes }) => method === "PUT" && mediaTypes.some((type) => type.startsWith("image/")),
  );
  const [album, photo] = [...(upload?.path.matchAll(/\{([^}]+)\}/g) ?? [])].map(([, name = ""]) => name);
  if (upload === undefined || album === undefined || photo === undefined) return undefined;
  const start = operations.find(({ isStart, path }) => isStart && path.includes(`{${album}}`));
  return start && { upload, start, album, photo };
}

/** Photos that are dropped here become an album, which is then rendered. */
export function PhotoDrop() {
  const { openApi } = useApp();
  const [progress, setProgress] = useState("");
  const [isOver, setOver] = useState(false);
  const [outcome, setOutcome] = useState<Outcome>();
  const routes = photoRoutes(openApi?.operations ?? []);
  if (openApi === undefined || routes === undefined) return null;
  const take = async (files: readonly File[]) => {
    const photos = files.filter(({ type }) => routes.upload.mediaTypes.includes(type));
    setOutcome(undefined);
    if (photos.length === 0)
      return setProgress(`None of these is one of ${routes.upload.mediaTypes.join(", ")}.`);
    const album = `album-${Date.now().toString(36)}`;
    const failure = await uploadAll(routes, album, photos, (done) =>
      setProgress(`${done} of ${photos.length} photos are in ${album}.`),
    );
    if (failure !== undefined) return setOutcome(failure);
    const json = sampleOf(routes.start.json ?? {}, openApi.resolve);
    setOutcome(await sendOperation(routes.start, { parameters: { [`path ${routes.album}`]: album }, json }));
  };
  const run = (files: FileList | null | undefined) =>
    void take([...(files ?? [])]).catch((error: Error) => setProgress(error.message));
  const onDrop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    run(event.dataTransfer?.files);
  };
  const onDragOver = (event: DragEvent) => {
    event.preventDefault();
    setOver(true);
  };
  return (
    <div class="operation">
      <label
        class={isOver ? "drop over" : "drop"}
        onDrop={onDrop}
        onDragOver={onDragOver}
        onDragLeave={() => setOver(false)}
      >
        <strong>Drop photos here</strong>
        <span class="hint">They become an album with a contact sheet. Or choose them:</span>
        <input
          type="file"
          multiple
          accept={routes.upload.mediaTypes.join(",")}
          onChange={({ currentTarget }) => run(currentTarget.files)}
        />
      </label>
      <p role="status">
        <Text value={progress} />
      </p>
      {outcome !== undefined && <Result outcome={outcome} />}
    </div>
  );
}

/** Returns the first answer that is an error. */
async function uploadAll(
  { upload, album: albumName, photo: photoName }: PhotoRoutes,
  album: string,
  photos: readonly File[],
  onProgress: (done: number) => void,
): Promise<Outcome | undefined> {
  let [next, done] = [0, 0];
  let failure: Outcome | undefined;
  const lane = async () => {
    for (let at = next++; at < photos.length && failure === undefined; at = next++) {
      const file = photos[at];
      if (file === undefined) return;
      const parameters = { [`path ${albumName}`]: album, [`path ${photoName}`]: safeName(file.name, at) };
      const outcome = await sendOperation(upload, { parameters, file, contentType: file.type });
      if (!outcome.isOk) failure = { ...outcome, message: `${file.name}: ${outcome.message}` };
      onProgress(++done);
    }
  };
  await Promise.all(Array.from({ length: PARALLEL }, lane));
  return failure;
}

/** Many APIs allow no spaces or other scripts in the name of a file. */
function safeName(name: string, at: number): string {
  const safe = name
    .normalize("NFKD")
    .replaceAll(/[^A-Za-z0-9.-]+/g, "_")
    .replaceAll(/\.{2,}/g, ".");
  return `${at + 1}-${safe}`.slice(-90);
}
