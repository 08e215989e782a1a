import { useMemo } from "preact/hooks";
import type { InstanceStatus } from "../../../api/management-api.ts";
import { stepsOf } from "../../instance/steps/read-steps.ts";
import { useDoc, usePatternDoc } from "../use-doc.ts";
import { Flow } from "./flow.tsx";

/** The diagram of an instance's pattern if it has all that the instance did, else one of the instance's own steps. */
export function InstanceFlow({ instance }: { readonly instance: InstanceStatus }) {
  const pattern = usePatternDoc(instance);
  const { doc, hasFailed } = useDoc(pattern);
  const calls = useMemo(
    () => stepsOf(instance).filter(({ kind }) => kind === "activity" || kind === "child"),
    [instance],
  );
  if (pattern !== undefined && doc === undefined && !hasFailed) return <p class="loading">Loading …</p>;
  const { diagram } = doc ?? {};
  const isComplete = calls.every(({ name }) => diagram?.nodes.includes(name) === true);
  return <Flow diagram={isComplete ? diagram : undefined} instance={instance} />;
}
