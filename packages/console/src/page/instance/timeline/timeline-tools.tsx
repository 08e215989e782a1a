import { counted } from "../../parts/text.tsx";
import type { Layout } from "./layout.ts";
import type { TimelineRow } from "./rows.ts";
import { PAN, type Zoom, ZOOM } from "./use-zoom.ts";

interface TimelineToolsProps {
  readonly rows: readonly TimelineRow[];
  readonly layout: Layout;
  readonly zoom: Zoom;
  /** Whether there are generations that the page has not seen. */
  readonly hasUnseen: boolean;
  /** Both are undefined if there is nothing to fold. */
  readonly isFolding?: boolean;
  readonly onFolding?: (isFolding: boolean) => void;
}

export function TimelineTools({ rows, layout, zoom, hasUnseen, isFolding, onFolding }: TimelineToolsProps) {
  const { isZoomed } = zoom;
  return (
    <div class="timeline-tools">
      <div class="zoom" role="group" aria-label="Zoom">
        <Tool text="−" name="Zoom out" keys="-" isOff={!isZoomed} onClick={() => zoom.zoom(1 / ZOOM)} />
        <Tool text="+" name="Zoom in" keys="+, or wheel with Ctrl" onClick={() => zoom.zoom(ZOOM)} />
        <Tool text="←" name="Earlier" keys="Shift with ←" isOff={!isZoomed} onClick={() => zoom.pan(-PAN)} />
        <Tool text="→" name="Later" keys="Shift with →" isOff={!isZoomed} onClick={() => zoom.pan(PAN)} />
        <Tool text="Fit" name="Fit" keys="0" isOff={!isZoomed} onClick={zoom.fit} />
      </div>
      {isFolding !== undefined && (
        <label class="fold-idle">
          <input
            type="checkbox"
            checked={isFolding}
            onChange={({ currentTarget }) => onFolding?.(currentTarget.checked)}
          />
          Fold idle time
        </label>
      )}
      {layout.isByOrder && (
        <span class="hint">Most steps took no time: drawn in the order of the history.</span>
      )}
      {hasUnseen && <span class="hint">It continued as new; only the last generation has a history.</span>}
      <span class="count">{counted(rows.length - 1, "step")}</span>
    </div>
  );
}

interface ToolProps {
  readonly text: string;
  readonly name: string;
  readonly keys: string;
  readonly isOff?: boolean;
  readonly onClick: () => void;
}

function Tool({ text, name, keys, isOff = false, onClick }: ToolProps) {
  return (
    <button
      type="button"
      class="small"
      aria-label={name}
      title={`${name} (${keys})`}
      disabled={isOff}
      onClick={onClick}
    >
      {text}
    </button>
  );
}
