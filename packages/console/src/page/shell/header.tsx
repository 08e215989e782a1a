import { useState } from "preact/hooks";
import { EXTRAS_PATH } from "../../api/local-host-extras.ts";
import { send } from "../api/http.ts";
import { expectRestart } from "../api/restart.ts";
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
      {about?.canKillWorker && (
        <Kill
          what="worker"
          path="/worker/kill"
          explanation={
            "The process that runs the functions ends at once, as when it runs out of memory. Activities that run now " +
            "fail, and are tried again where the orchestration says so; an orchestrator that runs at this moment " +
            "fails. A new worker goes on with all the rest."
          }
        />
      )}
      {about?.canKill && (
        <Kill
          what="host"
          path="/kill"
          explanation={
            "The process ends at once, as in a crash, and is started again. All orchestrations go on from their history."
          }
          onKill={expectRestart}
        />
      )}
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

interface KillProps {
  readonly what: "host" | "worker";
  readonly path: string;
  readonly explanation: string;
  readonly onKill?: () => void;
}

function Kill({ what, path, explanation, onKill }: KillProps) {
  const [isOpen, setOpen] = useState(false);
  const kill = () => {
    setOpen(false);
    onKill?.();
    // The host is gone before it can answer.
    send(EXTRAS_PATH + path, { method: "POST" }).catch(() => undefined);
  };
  return (
    <>
      <button type="button" class="small danger" onClick={() => setOpen(true)}>
        Kill {what}
      </button>
      {isOpen && (
        <Dialog title={`Kill the ${what}?`} onClose={() => setOpen(false)}>
          <p>{explanation}</p>
          <div class="buttons">
            <button type="button" class="danger" onClick={kill}>
              Kill the {what}
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
