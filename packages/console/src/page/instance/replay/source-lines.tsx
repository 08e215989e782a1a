import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { EXTRAS_PATH, type SourceFile, type SourceToken } from "../../../api/local-host-extras.ts";
import { sendJson } from "../../api/http.ts";
import { Text, visible } from "../../parts/text.tsx";
import { baseName, type LineMark } from "./replay-model.ts";

/** A longer file is drawn around the wanted line only. */
const MOST_LINES = 3000;

interface SourceLinesProps {
  readonly file: string;
  readonly marks?: ReadonlyMap<number, LineMark>;
  /** The line to scroll to, again for each episode. */
  readonly target?: number | undefined;
  readonly episode?: number;
  readonly isSelected?: (line: number) => boolean;
  readonly onSelect?: (line: number) => void;
}

const NO_MARKS: ReadonlyMap<number, LineMark> = new Map();

/** A file of the app's code with the numbers of its lines, and marks beside them. */
export function SourceLines({
  file,
  marks = NO_MARKS,
  target,
  episode,
  isSelected = () => false,
  onSelect = () => undefined,
}: SourceLinesProps) {
  const { source, error } = useSource(file);
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => scrollTo(box.current, target), [source, target, episode]);
  const first = Math.max(
    0,
    Math.min((target ?? 1) - MOST_LINES / 2, (source?.lines.length ?? 0) - MOST_LINES),
  );
  const lines = useMemo(() => source?.lines.slice(first, first + MOST_LINES) ?? [], [source, first]);
  if (error !== undefined) {
    return (
      <p class="none">
        <Text value={file} />: <Text value={error} />
      </p>
    );
  }
  if (source === undefined) return <p class="loading">Loading …</p>;
  return (
    <div class="source-lines" ref={box} tabIndex={0} role="region" aria-label={`Lines of ${baseName(file)}`}>
      <ol class="mono" start={first + 1}>
        {lines.map((tokens, at) => {
          const line = first + at + 1;
          return (
            <Line
              key={line}
              line={line}
              tokens={tokens}
              mark={marks.get(line)}
              isSelected={isSelected(line)}
              onSelect={onSelect}
            />
          );
        })}
      </ol>
    </div>
  );
}

/** Only the box moves, not the page. */
function scrollTo(box: HTMLElement | null, line: number | undefined): void {
  const row = box?.querySelector<HTMLElement>(`[data-line="${line}"]`);
  if (box === null || row === null || row === undefined) return;
  const [top, bottom] = [row.offsetTop, row.offsetTop + row.offsetHeight];
  const margin = box.clientHeight / 4;
  if (top < box.scrollTop + margin || bottom > box.scrollTop + box.clientHeight - margin)
    box.scrollTop = top - box.clientHeight / 3;
}

interface LineProps {
  readonly line: number;
  readonly tokens: readonly SourceToken[];
  readonly mark: LineMark | undefined;
  readonly isSelected: boolean;
  readonly onSelect: (line: number) => void;
}

function Line({ line, tokens, mark, isSelected, onSelect }: LineProps) {
  const code = useMemo(() => <Tokens tokens={tokens} />, [tokens]);
  const classes = `line ${mark === undefined ? "" : classesOf(mark)}${isSelected ? " selected" : ""}`;
  return (
    <li class={classes} data-line={line} aria-current={mark?.waits ? "step" : undefined}>
      {mark === undefined ? (
        <span class="gutter">
          <span class="marks" />
          <span class="number">{line}</span>
        </span>
      ) : (
        <Gutter line={line} mark={mark} onSelect={onSelect} />
      )}
      {code}
    </li>
  );
}

function classesOf({ waits, made, replayed }: LineMark): string {
  const names = { "line-waits": waits, "line-made": made.length > 0, "line-replayed": replayed.length > 0 };
  return Object.entries(names)
    .filter(([, has]) => has)
    .map(([name]) => name)
    .join(" ");
}

interface GutterProps {
  readonly line: number;
  readonly mark: LineMark;
  readonly onSelect: (line: number) => void;
}

function Gutter({ line, mark, onSelect }: GutterProps) {
  const words = wordsOf(mark);
  return (
    <button
      type="button"
      class="gutter"
      title={words}
      aria-label={`Line ${line}: ${words}`}
      onClick={() => onSelect(line)}
    >
      <span class="marks" aria-hidden="true">
        {mark.waits && <span class="mark-waits">▶</span>}
        {mark.made.length > 0 && <span class="mark-made">+</span>}
        {mark.made.length === 0 && mark.replayed.length > 0 && <span class="mark-replayed">✓</span>}
      </span>
      <span class="number">{line}</span>
    </button>
  );
}

function wordsOf({ waits, made, replayed }: LineMark): string {
  const count = (calls: readonly unknown[], what: string) =>
    calls.length === 0 ? [] : [`${calls.length} ${what} ${calls.length === 1 ? "call" : "calls"}`];
  return [...(waits ? ["waits here"] : []), ...count(made, "new"), ...count(replayed, "replayed")].join(", ");
}

function Tokens({ tokens }: { readonly tokens: readonly SourceToken[] }) {
  return (
    <code>
      {tokens.map(({ text, class: name }, at) => (
        <span key={at} class={name && `token-${name}`}>
          {visible(text)}
        </span>
      ))}
    </code>
  );
}

function useSource(file: string) {
  const [state, setState] = useState<{ source?: SourceFile; error?: string }>({});
  useEffect(() => {
    const end = new AbortController();
    sendJson<SourceFile>(`${EXTRAS_PATH}/source?file=${encodeURIComponent(file)}`, { signal: end.signal })
      .then((source) => setState({ source }))
      .catch((thrown: Error) => end.signal.aborted || setState({ error: thrown.message }));
    return () => end.abort();
  }, [file]);
  return state;
}
