import type { ComponentChildren } from "preact";
import { useRef } from "preact/hooks";
import { navigate, useRoute, withQuery } from "../shell/router.ts";

export interface Tab {
  readonly id: string;
  readonly title: string;
  readonly count?: number;
  readonly panel: () => ComponentChildren;
}

interface TabsProps {
  readonly label: string;
  /** The parameter of the address that names the chosen tab. Without it, the first one is chosen. */
  readonly parameter: string;
  readonly tabs: readonly Tab[];
}

/** Views of one thing, of which one is drawn. Arrow keys, Home and End choose, as in the ARIA pattern. */
export function Tabs({ label, parameter, tabs }: TabsProps) {
  const route = useRoute();
  const list = useRef<HTMLDivElement>(null);
  const wanted = route.query.get(parameter);
  const at = Math.max(
    0,
    tabs.findIndex(({ id }) => id === wanted),
  );
  const chosen = tabs[at];
  const choose = (index: number) => {
    const tab = tabs[index];
    if (tab === undefined) return;
    navigate(withQuery(route, { [parameter]: index === 0 ? "" : tab.id }), true);
    list.current?.querySelectorAll("button")[index]?.focus();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const next = nextTab(event.key, at, tabs.length);
    if (next === undefined) return;
    event.preventDefault();
    choose(next);
  };
  return (
    <section class="tabbed">
      <div class="tabs" role="tablist" aria-label={label} ref={list} onKeyDown={onKeyDown}>
        {tabs.map(({ id, title, count }, index) => (
          <button
            key={id}
            type="button"
            role="tab"
            id={`tab-${id}`}
            aria-selected={index === at}
            aria-controls="tab-panel"
            tabIndex={index === at ? 0 : -1}
            onClick={() => choose(index)}
          >
            {title}
            {count !== undefined && <span class="count"> {count.toLocaleString("en")}</span>}
          </button>
        ))}
      </div>
      {chosen !== undefined && (
        <div key={chosen.id} role="tabpanel" id="tab-panel" aria-labelledby={`tab-${chosen.id}`}>
          {chosen.panel()}
        </div>
      )}
    </section>
  );
}

function nextTab(key: string, at: number, count: number): number | undefined {
  switch (key) {
    case "ArrowRight":
      return (at + 1) % count;
    case "ArrowLeft":
      return (at + count - 1) % count;
    case "Home":
      return 0;
    case "End":
      return count - 1;
    default:
      return undefined;
  }
}
