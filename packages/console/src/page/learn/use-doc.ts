import { useEffect, useState } from "preact/hooks";
import { EXTRAS_PATH } from "../../api/local-host-extras.ts";
import type { InstanceStatus } from "../../api/management-api.ts";
import { send } from "../api/http.ts";
import { usePatterns } from "../list/patterns.ts";
import { useApp } from "../shell/app-context.ts";
import { type Diagram, diagramOf } from "./flow/diagram.ts";
import { safeNodes } from "./safe-nodes.ts";

/** A pattern's page of the app's documentation. */
export interface PatternDoc {
  readonly title: string;
  /** Its first paragraph. */
  readonly summary: string;
  /** All but the diagram; to be cloned. */
  readonly content: DocumentFragment;
  /** The first one that can be drawn. */
  readonly diagram: Diagram | undefined;
}

const docs = new Map<string, Promise<PatternDoc>>();

/** Reads a page once. Nothing is read without a pattern. */
export function useDoc(pattern: string | undefined): {
  readonly doc: PatternDoc | undefined;
  readonly hasFailed: boolean;
} {
  const [known, setKnown] = useState<{ of: string; doc?: PatternDoc }>();
  useEffect(() => {
    if (pattern === undefined) return undefined;
    let isWanted = true;
    readDoc(pattern).then(
      (doc) => isWanted && setKnown({ of: pattern, doc }),
      () => isWanted && setKnown({ of: pattern }),
    );
    return () => void (isWanted = false);
  }, [pattern]);
  const isCurrent = known !== undefined && known.of === pattern;
  return { doc: isCurrent ? known.doc : undefined, hasFailed: isCurrent && known.doc === undefined };
}

function readDoc(pattern: string): Promise<PatternDoc> {
  const before = docs.get(pattern);
  if (before !== undefined) return before;
  const reading = send(`${EXTRAS_PATH}/docs/${encodeURIComponent(pattern)}`).then(async (response) =>
    docFrom(await response.text(), pattern),
  );
  docs.set(pattern, reading);
  // It is read again when it is wanted again.
  reading.catch(() => docs.delete(pattern));
  return reading;
}

function docFrom(html: string, pattern: string): PatternDoc {
  const content = document.createDocumentFragment();
  content.append(...safeNodes(html));
  const summary = content.querySelector("p")?.textContent ?? "";
  const diagram = takeDiagram(content);
  return { title: content.querySelector("h1")?.textContent ?? pattern, summary, content, diagram };
}

function takeDiagram(page: DocumentFragment): Diagram | undefined {
  for (const code of page.querySelectorAll("code.language-mermaid")) {
    const diagram = diagramOf(code.textContent);
    if (diagram === undefined) continue;
    code.closest("pre")?.remove();
    return diagram;
  }
  return undefined;
}

/** The name of the page about an instance's pattern, if the app has one. */
export function usePatternDoc({ instanceId, name }: InstanceStatus): string | undefined {
  const { about } = useApp();
  const pattern = usePatterns().of({ id: instanceId, name });
  return pattern !== undefined && (about?.docs ?? []).includes(pattern) ? pattern : undefined;
}
