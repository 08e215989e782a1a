import { useEffect, useState } from "preact/hooks";
import type { SourcePlace } from "../../../api/local-host-extras.ts";
import { visible } from "../../parts/text.tsx";
import { baseName, type Execution, type KnownCall, type LineMark, marksIn, placeIn } from "./replay-model.ts";
import type { Selection } from "./replay-view.tsx";
import { SourceLines } from "./source-lines.tsx";

interface SourcePanelProps {
  readonly execution: Execution;
  readonly episode: number;
  readonly selection: Selection;
  readonly onSelect: (calls: readonly KnownCall[], place: SourcePlace) => void;
}

/** The app's code, with a mark at each line that an episode has executed a call on. */
export function SourcePanel({ execution, episode, selection, onSelect }: SourcePanelProps) {
  const [chosen, setChosen] = useState<string>();
  useEffect(() => {
    if (selection.place !== undefined) setChosen(selection.place.file);
  }, [selection.place]);
  const { files, episodes } = execution;
  const file = files.find((one) => one === chosen) ?? files[0];
  const shown = episodes.get(episode);
  if (file === undefined || shown === undefined)
    return <p class="none">The calls of this instance name no line of the app's code.</p>;
  const marks = marksIn(execution, episode, file);
  const waiting = placeIn(file, shown.waitsAt);
  const target = selection.place?.file === file ? selection.place.line : focusOf(marks, waiting, file);
  return (
    <section class="source" aria-label="Source">
      <div class="source-files" role="group" aria-label="Files">
        {files.map((one) => (
          <FileButton
            key={one}
            file={one}
            isChosen={one === file}
            marks={one === file ? marks : marksIn(execution, episode, one)}
            onChoose={() => setChosen(one)}
          />
        ))}
      </div>
      <SourceLines
        key={file}
        file={file}
        marks={marks}
        target={target}
        episode={episode}
        isSelected={(line) => selection.place?.file === file && selection.place.line === line}
        onSelect={(line) => {
          const { made = [], replayed = [] } = marks.get(line) ?? {};
          onSelect([...made, ...replayed], { file, line });
        }}
      />
    </section>
  );
}

/** The line where the orchestrator waits; else its newest call. */
function focusOf(
  marks: ReadonlyMap<number, LineMark>,
  waiting: SourcePlace | undefined,
  file: string,
): number | undefined {
  if (waiting?.file === file) return waiting.line;
  const lines = [...marks];
  // An execution may end without a new call, after its last one.
  return (lines.findLast(([, { made }]) => made.length > 0) ?? lines.at(-1))?.[0];
}

interface FileButtonProps {
  readonly file: string;
  readonly isChosen: boolean;
  readonly marks: ReadonlyMap<number, LineMark>;
  readonly onChoose: () => void;
}

function FileButton({ file, isChosen, marks, onChoose }: FileButtonProps) {
  const all = [...marks.values()];
  const isWaiting = all.some(({ waits }) => waits);
  const isNew = all.some(({ made }) => made.length > 0);
  return (
    <button type="button" aria-pressed={isChosen} title={file} onClick={onChoose}>
      {visible(baseName(file).slice(-60))}
      {isWaiting && <span class="file-mark waits" role="img" aria-label="waits here" />}
      {!isWaiting && isNew && <span class="file-mark made" role="img" aria-label="has new calls" />}
    </button>
  );
}
