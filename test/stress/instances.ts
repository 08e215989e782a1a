import { api } from "../e2e/app.ts";

/** An instance as the list shows it. */
export interface InstanceSummary {
  readonly id: string;
  readonly pattern: string | null;
  readonly status: string;
}

/** All instances that were started since a time, page by page; with a status, only those that have it now. */
export async function instancesSince(from: string, status?: string): Promise<InstanceSummary[]> {
  const found: InstanceSummary[] = [];
  let continuation: string | undefined;
  do {
    const position = continuation !== undefined && { continuation };
    const query = new URLSearchParams({ from, ...(status !== undefined && { status }), ...position });
    const path = `/api/instances?${query.toString()}`;
    const page = await api.get<{ instances: InstanceSummary[]; continuation?: string }>(path);
    found.push(...page.instances);
    ({ continuation } = page);
  } while (continuation !== undefined);
  return found;
}
