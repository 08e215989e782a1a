import { api } from "../e2e/app.ts";

/** An instance as the list shows it. */
export interface InstanceSummary {
  readonly id: string;
  readonly pattern: string | null;
  readonly status: string;
}

/** All instances that were started since a time, page by page. */
export async function instancesSince(from: string): Promise<InstanceSummary[]> {
  const found: InstanceSummary[] = [];
  let continuation: string | undefined;
  do {
    const query = new URLSearchParams({ from, ...(continuation !== undefined && { continuation }) });
    const path = `/api/instances?${query.toString()}`;
    const page = await api.get<{ instances: InstanceSummary[]; continuation?: string }>(path);
    found.push(...page.instances);
    ({ continuation } = page);
  } while (continuation !== undefined);
  return found;
}
