import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";

interface SidePanelProps {
  readonly label: string;
  /** What stands beside the button that closes it. */
  readonly head: ComponentChildren;
  readonly onClose: () => void;
  readonly children: ComponentChildren;
}

/** Details beside a list. Escape closes them, and the focus goes back to where it was. */
export function SidePanel({ label, head, onClose, children }: SidePanelProps) {
  const panel = useRef<HTMLElement>(null);
  useLayoutEffect(() => {
    const before = document.activeElement;
    return () => {
      const isInside = panel.current?.contains(document.activeElement) === true;
      if (isInside && before instanceof HTMLElement) before.focus({ preventScroll: true });
    };
  }, []);
  return (
    <section
      class="side-panel"
      aria-label={label}
      ref={panel}
      onKeyDown={({ key }) => key === "Escape" && onClose()}
    >
      <div class="detail-head">
        {head}
        <button type="button" class="small" onClick={onClose} aria-label="Close the details">
          ✕
        </button>
      </div>
      {children}
    </section>
  );
}
