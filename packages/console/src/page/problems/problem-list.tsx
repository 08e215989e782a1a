import type { InstanceProblems } from "../../api/local-host-extras.ts";
import { Empty } from "../parts/empty.tsx";
import { Status } from "../parts/status.tsx";
import { Text, visible } from "../parts/text.tsx";
import { useApp } from "../shell/app-context.ts";
import { href, instanceHref } from "../shell/router.ts";

const LONGEST = 2000;

/** How many instances have problems, in the header of each page. */
export function ProblemCount() {
  const { size } = useApp().problems;
  return (
    <span role="status">
      {size > 0 && (
        <a class="problem-count" href={href(["problems"])}>
          {size === 1 ? "1 instance" : `${size.toLocaleString("en")} instances`} with a problem
        </a>
      )}
    </span>
  );
}

/** Before the name of an instance in a list. */
export function ProblemMark({ instanceId }: { readonly instanceId: string }) {
  const [first] = useApp().problems.get(instanceId)?.problems ?? [];
  if (first === undefined) return null;
  const cause = visible(first.slice(0, LONGEST));
  return (
    <span class="problem-mark" role="img" aria-label={`Problem: ${cause}`} title={cause}>
      !
    </span>
  );
}

/** On the page of an instance: why it waits forever. */
export function ProblemBand({ instanceId }: { readonly instanceId: string }) {
  const known = useApp().problems.get(instanceId);
  if (known === undefined) return null;
  return (
    <div class="problem-band" role="alert">
      <Causes known={known} />
    </div>
  );
}

/** All instances with problems. */
export function ProblemList() {
  const problems = [...useApp().problems.values()];
  return (
    <section class="page" aria-label="Problems">
      <div class="bar">
        <h1>Problems</h1>
        <span class="count">{problems.length}</span>
      </div>
      {problems.length === 0 ? (
        <Empty title="No instance has a problem">
          <p>Instances that would wait forever, or whose code cannot work, appear here with the cause.</p>
        </Empty>
      ) : (
        <ul class="problem-list">
          {problems.map((known) => (
            <li key={known.instanceId}>
              <p class="problem-of">
                <Text value={known.name} />
                <a class="mono" href={instanceHref(known.instanceId)}>
                  <Text value={known.instanceId} />
                </a>
                <Status value={known.runtimeStatus} />
              </p>
              <Causes known={known} />
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

function Causes({ known: { problems } }: { readonly known: InstanceProblems }) {
  return (
    <>
      {problems.map((problem) => (
        <p key={problem}>
          <Text value={problem} most={LONGEST} />
        </p>
      ))}
    </>
  );
}
