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
}

/** The page of a pattern, as the app's documentation has it, with its first diagram at the top. */
export function Doc({ pattern, instance }: DocProps) {
  const box = useRef<HTMLDivElement>(null);
  const { doc, hasFailed } = useDoc(pattern);
  useEffect(() => {
    if (doc !== undefined) box.current?.replaceChildren(doc.content.cloneNode(true));
  }, [doc]);
  if (hasFailed) return <Empty title="There is no page about this pattern" />;
  return (
    <section class="doc" aria-label={`About ${pattern}`} tabIndex={0}>
      {doc?.diagram !== undefined && <Flow diagram={doc.diagram} instance={instance} />}
      <div ref={box} />
    </section>
  );
}
