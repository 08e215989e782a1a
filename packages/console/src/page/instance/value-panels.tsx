import type { ComponentChildren } from "preact";
import type { InstanceStatus, Json } from "../../api/management-api.ts";
import { Progress } from "../parts/progress.tsx";
import { JsonText, Text } from "../parts/text.tsx";

/** What an instance got and gave and what it says of itself, each in one line that opens. */
export function ValuePanels({ instance }: { readonly instance: InstanceStatus }) {
  const { customStatus, input, output, runtimeStatus } = instance;
  const hasFailed = runtimeStatus === "Failed";
  return (
    <div class="panels">
      <Panel title="Input" value={input} />
      <Panel title={OUTPUTS[runtimeStatus] ?? "Output"} value={output} isWrong={hasFailed}>
        {hasFailed && typeof output === "string" && <Text value={messageIn(output)} />}
      </Panel>
      <Panel title="Custom status" value={customStatus}>
        {typeof customStatus === "object" && <Progress status={customStatus} />}
      </Panel>
    </div>
  );
}

/** Where the API's field for the output has something else. */
const OUTPUTS: Readonly<Record<string, string>> = {
  Suspended: "Reason",
  Terminated: "Reason",
  Failed: "Failure",
};

/** The first line, without the JSON of the exception that some hosts add. */
function messageIn(failure: string): string {
  const [line = ""] = failure.trim().split("\n", 1);
  const at = line.search(/[{[]["{]/);
  return at > 0 ? line.slice(0, at).trim() : line;
}

interface PanelProps {
  readonly title: string;
  readonly value: Json | undefined;
  readonly isWrong?: boolean;
  /** In short; else the value on one line. */
  readonly children?: ComponentChildren;
}

function Panel({ title, value, isWrong = false, children }: PanelProps) {
  const isNone = value === null || value === undefined || value === "";
  const short = children || <Text value={typeof value === "string" ? value : JSON.stringify(value)} />;
  return (
    <section class={`panel${isWrong && !isNone ? " is-wrong" : ""}`} aria-label={title}>
      {isNone ? (
        <p class="panel-none">
          <span class="panel-title">{title}</span> <span class="none">none</span>
        </p>
      ) : (
        <details>
          <summary>
            <span class="panel-title">{title}</span> <span class="panel-short">{short}</span>
          </summary>
          <JsonText value={value} label={title} />
        </details>
      )}
    </section>
  );
}
