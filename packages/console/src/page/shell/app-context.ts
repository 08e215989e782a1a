import { createContext } from "preact";
import { useContext, useEffect, useRef, useState } from "preact/hooks";
import type { About } from "../../api/local-host-extras.ts";
import { live, readAbout } from "../api/live.ts";
import { type OpenApi, readOpenApi } from "../api/openapi.ts";
import { type Problems, useKnownProblems } from "../problems/known-problems.ts";

/** What the page knows about the app and its host. */
export interface AppContext {
  /** Undefined on a host without the console's own addresses. */
  readonly about: About | undefined;
  /** Undefined if the app has no OpenAPI document. */
  readonly openApi: OpenApi | undefined;
  /** By instance id; empty if the host cannot tell problems. */
  readonly problems: Problems;
  /** The app's time; in virtual time it stands still between changes. */
  readonly now: number;
}

export const Context = createContext<AppContext>({
  about: undefined,
  openApi: undefined,
  problems: new Map(),
  now: 0,
});

export const useApp = () => useContext(Context);

const TICK_MS = 1000;

/** Undefined until the first answers are there. */
export function useAppContext(): AppContext | undefined {
  const [known, setKnown] = useState<Pick<AppContext, "about" | "openApi">>();
  const [virtualNow, setVirtualNow] = useState<number>();
  const [realNow, setRealNow] = useState(Date.now());
  const hasAbout = useRef(false);
  useEffect(() => {
    const read = async () => {
      const about = await readAbout();
      const openApi = about?.hasOpenApi === false ? undefined : await readOpenApi();
      const isAway = about === undefined && hasAbout.current;
      if (isAway) return;
      hasAbout.current = about !== undefined;
      if (about?.host === "local") live.start();
      setVirtualNow(about?.virtualTime ? Date.parse(about.now) : undefined);
      setKnown({ about, openApi });
    };
    void read();
    const ignore = live.listen((change) => {
      if (change.kind === "clock") setVirtualNow((old) => (old === undefined ? old : Date.parse(change.now)));
      // The host may be another one after a reconnect.
      if (change.kind === "reload") void read();
    });
    const timer = setInterval(() => setRealNow(Date.now()), TICK_MS);
    return () => {
      ignore();
      clearInterval(timer);
    };
  }, []);
  const problems = useKnownProblems(known?.about?.host === "local");
  return known && { ...known, problems, now: virtualNow ?? realNow };
}
