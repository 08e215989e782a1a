import { useEffect } from "preact/hooks";
import { useConnectionProblem } from "../api/connection.ts";
import { EntityList } from "../list/entity-list.tsx";
import { InstanceList } from "../list/instance-list.tsx";
import { InstancePage } from "../instance/instance-page.tsx";
import { DocPage } from "../learn/doc-page.tsx";
import { LearnPage, SourcePage } from "../learn/learn-page.tsx";
import { ProblemList } from "../problems/problem-list.tsx";
import { StartPage } from "../start/start-page.tsx";
import { Context, useAppContext } from "./app-context.ts";
import { Header } from "./header.tsx";
import { type Route, useRoute } from "./router.ts";

export function App() {
  const app = useAppContext();
  const route = useRoute();
  const problem = useConnectionProblem();
  const [section = "instances", id] = route.segments;
  useEffect(() => {
    document.title = `${id ?? titles[section] ?? "Instances"} · Durable console`;
  }, [section, id]);
  if (app === undefined) return <p class="loading">Loading …</p>;
  return (
    <Context.Provider value={app}>
      <a class="skip" href="#main" onClick={toMain}>
        Skip to content
      </a>
      <Header section={section} />
      {problem !== undefined && (
        <p class="banner" role="alert">
          {problem}
        </p>
      )}
      <main id="main" tabIndex={-1}>
        <View route={route} />
      </main>
    </Context.Provider>
  );
}

const titles: Readonly<Record<string, string>> = {
  instances: "Instances",
  entities: "Entities",
  start: "Start",
  learn: "Learn",
  problems: "Problems",
};

function View({ route }: { readonly route: Route }) {
  const [section = "instances", id] = route.segments;
  if (section === "entities") return <EntityList query={route.query} />;
  if (section === "start") return <StartPage operationId={id} query={route.query} />;
  if (section === "learn") return id === undefined ? <LearnPage /> : <DocPage pattern={id} />;
  if (section === "source" && id !== undefined) return <SourcePage key={id} file={id} />;
  if (section === "problems") return <ProblemList />;
  if (section === "instances" && id !== undefined) return <InstancePage key={id} instanceId={id} />;
  return <InstanceList query={route.query} />;
}

/** The hash is the page's address, so the link cannot use it. */
function toMain(event: Event): void {
  event.preventDefault();
  document.querySelector("main")?.focus();
}
