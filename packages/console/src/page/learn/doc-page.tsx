import { useEffect, useRef, useState } from "preact/hooks";
import { EXTRAS_PATH } from "../../api/local-host-extras.ts";
import { send } from "../api/http.ts";
import { Empty } from "../parts/empty.tsx";
import { safeNodes } from "./safe-nodes.ts";

export function DocPage({ pattern }: { readonly pattern: string }) {
  return (
    <div class="whole">
      <Doc pattern={pattern} />
    </div>
  );
}

/** The page of a pattern, as the app's documentation has it. */
export function Doc({ pattern }: { readonly pattern: string }) {
  const box = useRef<HTMLDivElement>(null);
  const [error, setError] = useState("");
  useEffect(() => {
    const end = new AbortController();
    send(`${EXTRAS_PATH}/docs/${encodeURIComponent(pattern)}`, { signal: end.signal })
      .then(async (response) => box.current?.replaceChildren(...safeNodes(await response.text())))
      .catch((thrown: Error) => end.signal.aborted || setError(thrown.message));
    return () => end.abort();
  }, [pattern]);
  if (error !== "") return <Empty title="There is no page about this pattern" />;
  return (
    <section class="doc" aria-label={`About ${pattern}`} tabIndex={0}>
      <div ref={box} />
    </section>
  );
}
