import { usePolling } from "../api/polling.ts";
import { sendJson } from "../api/http.ts";
import { JsonText, Text } from "../parts/text.tsx";
import { instanceHref } from "../shell/router.ts";
import type { Outcome } from "./send-operation.ts";

interface Started {
  readonly id?: unknown;
  readonly links?: { readonly self?: unknown };
}

/** The answer of an operation. If it started a process, also its resource, read until it ends, and its images. */
export function Result({ outcome }: { readonly outcome: Outcome }) {
  const { id, links } = (typeof outcome.body === "object" ? (outcome.body ?? {}) : {}) as Started;
  const self = ownPath(links?.self);
  return (
    <section class={`result ${outcome.isOk ? "ok" : "bad"}`} aria-label="Result">
      <h2 role={outcome.isOk ? "status" : "alert"}>
        <Text value={outcome.message} most={600} />
      </h2>
      {outcome.isOk && typeof id === "string" && (
        <p>
          <a class="button" href={instanceHref(id)}>
            Open the instance
          </a>
        </p>
      )}
      {outcome.image !== undefined && <img class="sheet" src={outcome.image} alt="The answer" />}
      {self !== undefined ? (
        <Process path={self} />
      ) : (
        outcome.body !== undefined && <JsonText value={outcome.body} label="Answer" />
      )}
    </section>
  );
}

/** The path of a link to the app itself; undefined for others. */
function ownPath(link: unknown): string | undefined {
  if (typeof link !== "string" || !URL.canParse(link, location.href)) return undefined;
  const { pathname, search } = new URL(link, location.href);
  return pathname.startsWith("/api/") ? pathname + search : undefined;
}

function Process({ path }: { readonly path: string }) {
  const { value } = usePolling(`process ${path}`, (signal) =>
    sendJson<Readonly<Record<string, unknown>>>(path, { signal }),
  );
  if (value === undefined) return null;
  return (
    <>
      {[...new Set(imagesOf(value))].map((image) => (
        <a key={image} href={image} target="_blank" rel="noopener">
          <img class="sheet" src={image} alt="Image of the result" />
        </a>
      ))}
      <JsonText value={value} label="The process" />
    </>
  );
}

/** Links to images anywhere in the resource. */
function imagesOf(value: unknown): readonly string[] {
  if (typeof value === "string") {
    const path = ownPath(value);
    return path !== undefined && /\.(?:avif|gif|jpe?g|png|webp)$/.test(path) ? [path] : [];
  }
  if (typeof value !== "object" || value === null) return [];
  return Object.values(value).flatMap(imagesOf);
}
