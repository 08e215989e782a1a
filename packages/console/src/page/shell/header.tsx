import { useState } from "preact/hooks";
import { EXTRAS_PATH } from "../../api/local-host-extras.ts";
import { send } from "../api/http.ts";
import { Dialog } from "../parts/dialog.tsx";
import { Moment } from "../parts/time.tsx";
import { ProblemCount } from "../problems/problem-list.tsx";
import { useApp } from "./app-context.ts";
import { href } from "./router.ts";

const SECTIONS = ["instances", "entities", "start", "learn"] as const;

export function Header({ section }: { readonly section: string }) {
  const { about } = useApp();
  const name = about === undefined ? location.host : new URL(about.base).host;
  return (
    <header class="header">
      <a class="brand" href="#/instances">
        <svg width="18" height="18" viewBox="0 0 18 18" aria-hidden="true">
          <path d="M2 4h8a4 4 0 0 1 0 8H6" fill="none" stroke="currentColor" stroke-width="2" />
          <circle cx="4" cy="12" r="2.4" />
        </svg>
        <span>Durable console</span>
      </a>
      <nav aria-label="Sections">
        {SECTIONS.filter((one) => one !== "learn" || (about?.docs ?? []).length > 0).map((name) => (
          <a key={name} href={href([name])} aria-current={section === name ? "page" : undefined}>
            {name}
          </a>
        ))}
      </nav>
      <ProblemCount />
      <span class="host" title={about?.base}>
        {name}
        {about?.host === "proxy" && " (proxy)"}
      </span>
      <Clock />
      {about?.canKill && <Kill />}
    </header>
  );
}

const STEPS = [
  ["1 min", "PT1M"],
  ["1 h", "PT1H"],
  ["1 day", "P1D"],
] as const;

function Clock() {
  const { about, now } = useApp();
  const [error, setError] = useState("");
  if (!about?.virtualTime) return null;
  const advance = (by: string) => {
    setError("");
    send(`${EXTRAS_PATH}/clock/advance`, { method: "POST", json: { by } }).catch((thrown: Error) =>
      setError(thrown.message),
    );
  };
  return (
    <span class="clock" role="group" aria-label="Virtual time">
      {/* With the date if the app's day is not the reader's. */}
      <Moment value={new Date(now).toISOString()} now={Date.now()} />
      {about.canAdvance &&
        STEPS.map(([text, by]) => (
          <button
            key={by}
            type="button"
            class="small"
            title={`Advance the app's clock by ${text}`}
            onClick={() => advance(by)}
          >
            +{text}
          </button>
        ))}
      {error !== "" && <span role="alert">{error}</span>}
    </span>
  );
}

function Kill() {
  const [isOpen, setOpen] = useState(false);
  const kill = () => {
    setOpen(false);
    // The host is gone before it can answer.
    send(`${EXTRAS_PATH}/kill`, { method: "POST" }).catch(() => undefined);
  };
  return (
    <>
      <button type="button" class="small danger" onClick={() => setOpen(true)}>
        Kill host
      </button>
      {isOpen && (
        <Dialog title="Kill the host?" onClose={() => setOpen(false)}>
          <p>
            The process ends at once, as in a crash, and is started again. All orchestrations go on from their
            history.
          </p>
          <div class="buttons">
            <button type="button" class="danger" onClick={kill}>
              Kill the host
            </button>
            <button type="button" onClick={() => setOpen(false)}>
              Cancel
            </button>
          </div>
        </Dialog>
      )}
    </>
  );
}
