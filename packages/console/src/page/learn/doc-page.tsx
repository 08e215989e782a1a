import { useEffect, useRef, useState } from "preact/hooks";
import { EXTRAS_PATH } from "../../api/local-host-extras.ts";
import type { InstanceStatus } from "../../api/management-api.ts";
import { send } from "../api/http.ts";
import { Empty } from "../parts/empty.tsx";
import { type Diagram, diagramOf } from "./flow/diagram.ts";
import { Flow } from "./flow/flow.tsx";
import { safeNodes } from "./safe-nodes.ts";

export function DocPage({ pattern }: { readonly pattern: string }) {
  return (
    <div class="whole">
      <Doc pattern={pattern} />
    </div>
  );
}

interface DocProps {
  readonly pattern: string;
  /** Its steps light up in the page's diagram. */
  readonly instance?: InstanceStatus;
}

/** The page of a pattern, as the app's documentation has it, with its first diagram at the top. */
export function Doc({ pattern, instance }: DocProps) {
  const box = useRef<HTMLDivElement>(null);
  const [error, setError] = useState("");
  const [diagram, setDiagram] = useState<Diagram>();
  useEffect(() => {
    const end = new AbortController();
    send(`${EXTRAS_PATH}/docs/${encodeURIComponent(pattern)}`, { signal: end.signal })
      .then(async (response) => {
        box.current?.replaceChildren(...safeNodes(await response.text()));
        setDiagram(takeDiagram(box.current));
      })
      .catch((thrown: Error) => end.signal.aborted || setError(thrown.message));
    return () => end.abort();
  }, [pattern]);
  if (error !== "") return <Empty title="There is no page about this pattern" />;
  return (
    <section class="doc" aria-label={`About ${pattern}`} tabIndex={0}>
      {diagram !== undefined && <Flow diagram={diagram} instance={instance} />}
      <div ref={box} />
    </section>
  );
}

/** Takes the first diagram that can be drawn out of the page. */
function takeDiagram(page: HTMLElement | null): Diagram | undefined {
  for (const code of page?.querySelectorAll("code.language-mermaid") ?? []) {
    const diagram = diagramOf(code.textContent);
    if (diagram === undefined) continue;
    code.closest("pre")?.remove();
    return diagram;
  }
  return undefined;
}
