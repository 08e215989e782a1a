import { SourceLines } from "../instance/replay/source-lines.tsx";
import { Empty } from "../parts/empty.tsx";
import { Text } from "../parts/text.tsx";
import { useApp } from "../shell/app-context.ts";
import { href } from "../shell/router.ts";
import { useDoc } from "./use-doc.ts";

/** All patterns of the app that have a page. */
export function LearnPage() {
  const { about } = useApp();
  const patterns = about?.docs ?? [];
  if (patterns.length === 0) {
    return (
      <Empty title="No pages about patterns">
        The app has none in docs/patterns, or its host does not show them.
      </Empty>
    );
  }
  return (
    <section class="page learn" aria-label="Patterns">
      <h1>Patterns</h1>
      <ul class="pattern-cards">
        {patterns.map((pattern) => (
          <PatternCard key={pattern} pattern={pattern} />
        ))}
      </ul>
    </section>
  );
}

function PatternCard({ pattern }: { readonly pattern: string }) {
  const { doc } = useDoc(pattern);
  return (
    <li>
      <h2>
        <a href={href(["learn", pattern])}>
          <Text value={doc?.title ?? pattern} />
        </a>
      </h2>
      <p>{doc?.summary}</p>
    </li>
  );
}

/** A file of the app that one of its pages links to. */
export function SourcePage({ file }: { readonly file: string }) {
  return (
    <section class="page source-page" aria-label="Source">
      <h1 class="mono">
        <Text value={file} />
      </h1>
      <SourceLines file={file} />
    </section>
  );
}
