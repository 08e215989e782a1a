import { useEffect, useRef } from "preact/hooks";
import type { InstanceStatus } from "../../api/management-api.ts";
import { Empty } from "../parts/empty.tsx";
import { Flow } from "./flow/flow.tsx";
import { useDoc } from "./use-doc.ts";

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
  /** Somebody has just asked for it: it moves into view if it is below the window. */
  readonly isAskedFor?: boolean;
}

/** The page of a pattern, as the app's documentation has it, with its first diagram at the top. */
export function Doc({ pattern, instance, isAskedFor = false }: DocProps) {
  const section = useRef<HTMLElement>(null);
  const box = useRef<HTMLDivElement>(null);
  const { doc, hasFailed } = useDoc(pattern);
  useEffect(() => {
    if (doc === undefined) return;
    box.current?.replaceChildren(doc.content.cloneNode(true));
    if (isAskedFor && isBelowWindow(section.current)) section.current?.scrollIntoView();
  }, [doc]);
  if (hasFailed) return <Empty title="There is no page about this pattern" />;
  return (
    <section ref={section} class="doc" aria-label={`About ${pattern}`} tabIndex={0}>
      {doc?.diagram !== undefined && <Flow diagram={doc.diagram} instance={instance} />}
      <div ref={box} />
    </section>
  );
}

/** Half of the window's height is enough to see that it is there. */
const isBelowWindow = (element: HTMLElement | null) =>
  element !== null && element.getBoundingClientRect().top > innerHeight / 2;
