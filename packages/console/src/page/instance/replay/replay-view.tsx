import type { InstanceStatus } from "../../../api/management-api.ts";

interface ReplayViewProps {
  readonly instance: InstanceStatus;
}

/** The episodes of an instance on the code that the host runs. */
export function ReplayView({ instance }: ReplayViewProps) {
  return <p class="none">The replay of {instance.name} cannot be shown yet.</p>;
}
