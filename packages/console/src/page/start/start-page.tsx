import type { Operation } from "../api/openapi.ts";
import { Empty } from "../parts/empty.tsx";
import { useApp } from "../shell/app-context.ts";
import { href } from "../shell/router.ts";
import { OperationForm } from "./operation-form.tsx";
import { PhotoDrop, photoRoutes } from "./photo-drop.tsx";
import { StartByName } from "./start-by-name.tsx";

interface StartPageProps {
  readonly operationId: string | undefined;
  readonly query: URLSearchParams;
}

/** Id of the form that needs no document. */
const BY_NAME = "by-name";

export function StartPage({ operationId, query }: StartPageProps) {
  const { openApi } = useApp();
  const operations = openApi?.operations ?? [];
  const chosen = operations.find(({ id }) => id === operationId);
  const starts = operations.filter(({ isStart }) => isStart);
  return (
    <div class={operationId === undefined ? "start" : "start chosen"}>
      <nav class="operations" aria-label="Operations">
        <h1>{openApi?.title ?? "Start"}</h1>
        <Group title="Start" operations={starts} chosen={operationId} />
        <ul>
          <li>
            <a href={href(["start", BY_NAME])} aria-current={operationId === BY_NAME ? "page" : undefined}>
              By name
              <span class="hint">any orchestration</span>
            </a>
          </li>
        </ul>
        <Group
          title="Change"
          operations={operations.filter((one) => !one.isStart && one.method !== "GET")}
          chosen={operationId}
        />
        <Group
          title="Read"
          operations={operations.filter((one) => one.method === "GET")}
          chosen={operationId}
        />
      </nav>
      <section class="form-side" aria-label="Form">
        <Chosen operationId={operationId} operation={chosen} query={query} />
      </section>
    </div>
  );
}

interface ChosenProps extends StartPageProps {
  readonly operation: Operation | undefined;
}

/** The form of what is chosen. */
function Chosen({ operationId, operation, query }: ChosenProps) {
  const { openApi } = useApp();
  if (operation === undefined) {
    return operationId === BY_NAME || openApi === undefined ? <StartByName /> : <Welcome />;
  }
  return (
    <>
      {/* What it starts needs photos. */}
      {operation === photoRoutes(openApi?.operations ?? [])?.start && <PhotoDrop />}
      <OperationForm key={`${operation.id} ${query}`} operation={operation} known={query} />
    </>
  );
}

function Welcome() {
  return (
    <>
      <Empty title="Choose what to start">
        <p>Each form has sample values in it.</p>
      </Empty>
      <PhotoDrop />
    </>
  );
}

interface GroupProps {
  readonly title: string;
  readonly operations: readonly Operation[];
  readonly chosen: string | undefined;
}

function Group({ title, operations, chosen }: GroupProps) {
  if (operations.length === 0) return null;
  return (
    <>
      <h2>{title}</h2>
      <ul>
        {operations.map(({ id, summary, method, path }) => (
          <li key={id}>
            <a
              href={href(["start", id])}
              aria-current={chosen === id ? "page" : undefined}
              title={`${method} ${path}`}
            >
              {summary === "" ? id : summary.split(". ")[0]}
            </a>
          </li>
        ))}
      </ul>
    </>
  );
}
