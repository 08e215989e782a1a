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

/** What the page with the connection tells the others. */
type Said = { readonly change: Change } | { readonly isOpen: boolean } | "who is connected?";

const SHARED = "durable-console-changes";

/**
 * The changes that the local host reports. Elsewhere it reports nothing, and the page only polls.
 *
 * A browser has only six connections to one host for all of its pages, so one visible page has the connection and tells
 * the others. When it is closed or hidden, the next one connects.
 */
export class LiveChanges {
  readonly #listeners = new Set<Listener>();
  #others: BroadcastChannel | undefined;
  #source: EventSource | undefined;
  /** Ends the part of this page in it. */
  #visit: AbortController | undefined;
  isOpen = false;

  /** Listens while the page is visible. */
  start(): void {
    // A second call adds the same listener, which has no effect.
    document.addEventListener("visibilitychange", this.#follow);
    this.#follow();
  }

  readonly #follow = (): void => {
    if (document.visibilityState === "hidden") this.#leave();
    else if (this.#visit === undefined) this.#join();
  };

  #join(): void {
    const visit = new AbortController();
    this.#visit = visit;
    this.#others = new BroadcastChannel(SHARED);
    this.#others.addEventListener("message", ({ data }: MessageEvent<Said>) => this.#hear(data));
    this.#say("who is connected?");
    // Browsers have locks only for pages on this machine or with https.
    const { signal } = visit;
    if (!isSecureContext) return this.#connect(signal);
    const hold = () => {
      this.#connect(signal);
      if (signal.aborted) return undefined;
      return new Promise((resolve) => signal.addEventListener("abort", resolve));
    };
    navigator.locks.request(SHARED, { signal }, hold).catch(() => undefined);
  }

  #leave(): void {
    this.#visit?.abort();
    this.#visit = undefined;
    this.#others?.close();
    this.#others = undefined;
    this.#source?.close();
    this.#source = undefined;
    this.isOpen = false;
  }

  #hear(said: Said): void {
    if (said === "who is connected?") {
      if (this.#source !== undefined) this.#say({ isOpen: this.isOpen });
    } else if ("change" in said) this.#tell(said.change);
    else this.#setOpen(said.isOpen);
  }

  #connect(visit: AbortSignal): void {
    if (visit.aborted) return;
    const source = new EventSource(`${EXTRAS_PATH}/changes`);
    this.#source = source;
    // After a reconnect some changes are missing.
    source.addEventListener("open", () => {
      this.#announce(true);
      this.#share({ kind: "reload" });
    });
    source.addEventListener("error", () => {
      this.#announce(false);
      // The browser gives up after an answer that is no stream, for example while the host starts.
      if (source.readyState === EventSource.CLOSED) setTimeout(() => this.#connect(visit), 2000);
    });
    for (const kind of KINDS) {
      source.addEventListener(kind, ({ data }: MessageEvent<string>) => {
        this.#share({ ...(JSON.parse(data) as object), kind } as Change);
      });
    }
  }

  /** What is on the page finds out at once whether the host is away. */
  #setOpen(isOpen: boolean): void {
    if (this.isOpen === isOpen) return;
    this.isOpen = isOpen;
    this.#tell({ kind: "reload" });
  }

  #say(said: Said): void {
    this.#others?.postMessage(said);
  }

  #announce(isOpen: boolean): void {
    this.#setOpen(isOpen);
    this.#say({ isOpen });
  }

  #share(change: Change): void {
    this.#tell(change);
    this.#say({ change });
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
