import { type About, type Change, EXTRAS_PATH } from "../../api/local-host-extras.ts";
import { sendJson } from "./http.ts";

const KINDS = ["instance", "entity", "problem", "clock", "reload"] as const;

/** What the console's server offers; undefined if the app's host has none of it. */
export async function readAbout(): Promise<About | undefined> {
  try {
    return await sendJson<About>(`${EXTRAS_PATH}/about`);
  } catch {
    return undefined;
  }
}

type Listener = (change: Change) => void;

/** The changes that the local host reports. Elsewhere it reports nothing, and the page only polls. */
export class LiveChanges {
  readonly #listeners = new Set<Listener>();
  #source: EventSource | undefined;
  isOpen = false;

  /** Listens while the page is visible: a browser has only six connections to one host for all of its tabs. */
  start(): void {
    // A second call adds the same listener, which has no effect.
    document.addEventListener("visibilitychange", this.#follow);
    this.#open();
  }

  readonly #follow = (): void => {
    if (document.visibilityState === "visible") this.#open();
    else this.#close();
  };

  #close(): void {
    this.#source?.close();
    this.#source = undefined;
    this.isOpen = false;
  }

  #open(): void {
    if (this.#source !== undefined || document.visibilityState === "hidden") return;
    const source = new EventSource(`${EXTRAS_PATH}/changes`);
    this.#source = source;
    // After a reconnect some changes are missing.
    source.addEventListener("open", () => {
      this.isOpen = true;
      this.#tell({ kind: "reload" });
    });
    source.addEventListener("error", () => {
      const wasOpen = this.isOpen;
      this.isOpen = false;
      // What is on the page finds out at once whether the host is away.
      if (wasOpen) this.#tell({ kind: "reload" });
      // The browser gives up after an answer that is no stream, for example while the host starts.
      if (source.readyState === EventSource.CLOSED) {
        this.#source = undefined;
        setTimeout(() => this.#open(), 2000);
      }
    });
    for (const kind of KINDS) {
      source.addEventListener(kind, ({ data }: MessageEvent<string>) => {
        this.#tell({ ...(JSON.parse(data) as object), kind } as Change);
      });
    }
  }

  /** Returns what ends it. */
  listen(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #tell(change: Change): void {
    for (const listener of this.#listeners) listener(change);
  }
}

export const live = new LiveChanges();
