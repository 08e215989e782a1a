import { useEffect, useState } from "preact/hooks";

/** The address behind `#`: `#/instances/abc?tab=history`. */
export interface Route {
  readonly segments: readonly string[];
  readonly query: URLSearchParams;
}

export function parseRoute(hash: string): Route {
  const [path = "", query = ""] = hash.replace(/^#\/?/, "").split("?", 2);
  const segments = path.split("/").filter((part) => part !== "");
  return { segments: segments.map(decoded), query: new URLSearchParams(query) };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

export function href(segments: readonly string[], query: Readonly<Record<string, string>> = {}): string {
  const kept = Object.entries(query).filter(([, value]) => value !== "");
  const search = kept.length === 0 ? "" : `?${new URLSearchParams(Object.fromEntries(kept))}`;
  return `#/${segments.map((part) => encodeURIComponent(part)).join("/")}${search}`;
}

export const instanceHref = (id: string) => href(["instances", id]);

/** The same address with other parameters; an empty text removes one. */
export const withQuery = ({ segments, query }: Route, changes: Readonly<Record<string, string>>) =>
  href(segments, { ...Object.fromEntries(query), ...changes });

export function useRoute(): Route {
  const [hash, setHash] = useState(location.hash);
  useEffect(() => {
    const onChange = () => setHash(location.hash);
    addEventListener("hashchange", onChange);
    // It may have changed before this effect.
    onChange();
    return () => removeEventListener("hashchange", onChange);
  }, []);
  return parseRoute(hash);
}

/** @param replace without a new entry in the browser's history */
export function navigate(to: string, replace = false): void {
  if (!replace) location.hash = to;
  else {
    history.replaceState(null, "", to);
    dispatchEvent(new HashChangeEvent("hashchange"));
  }
}
