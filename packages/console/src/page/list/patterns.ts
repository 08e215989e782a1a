import { useEffect, useState } from "preact/hooks";
import { sendJson } from "../api/http.ts";
import { useApp } from "../shell/app-context.ts";

/** The patterns that the app names for its orchestrations. The management API does not know any. */
class Patterns {
  readonly #names = new Map<string, string | undefined>();
  readonly #listeners = new Set<() => void>();
  isKnown = false;

  /** Returns what ends it. */
  listen(onChange: () => void): () => void {
    this.#listeners.add(onChange);
    return () => void this.#listeners.delete(onChange);
  }

  /** Undefined if it is unknown. Asks the app once for each name of an orchestration. */
  of({ id, name }: { readonly id: string; readonly name: string }): string | undefined {
    if (!this.isKnown) return undefined;
    if (!this.#names.has(name)) {
      this.#names.set(name, undefined);
      void this.#ask(id, name);
    }
    return this.#names.get(name);
  }

  async #ask(id: string, name: string): Promise<void> {
    try {
      const { pattern } = await sendJson<{ readonly pattern?: unknown }>(
        `/api/instances/${encodeURIComponent(id)}`,
      );
      if (typeof pattern !== "string") return;
      this.#names.set(name, pattern);
      for (const tell of this.#listeners) tell();
    } catch {
      // The app does not show this instance: there is nothing to say about it.
    }
  }
}

const patterns = new Patterns();

export function usePatterns(): Patterns {
  const { openApi } = useApp();
  const [, setChanges] = useState(0);
  patterns.isKnown = openApi?.operations.some(({ path }) => path === "/api/instances/{id}") ?? false;
  useEffect(() => patterns.listen(() => setChanges((count) => count + 1)), []);
  return patterns;
}
