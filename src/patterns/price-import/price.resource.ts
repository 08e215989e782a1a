import type { HttpResponseInit } from "@azure/functions";
import {
  type InstanceStatus,
  isFinal,
  type OrchestrationClient,
} from "../../durable/client/orchestration-client.ts";
import type { Call } from "../../http/endpoint.ts";
import { resourceResponse } from "../../http/resource.ts";
import { priceSinglesImport } from "./price-line.contract.ts";
import type { ImportInput, ImportResult } from "./price.contract.ts";
import { addTallies, type ImportStatus, type ImportTally, NOTHING_YET, singlesId } from "./price.progress.ts";

type Import = InstanceStatus<ImportInput, ImportResult, ImportStatus>;

export const importPath = (id: string) => `/api/imports/${id}`;

/** Answers a status query for an import. */
export async function importResource(
  { orchestrations, url: urlOf }: Pick<Call, "orchestrations" | "url">,
  found: Import,
): Promise<HttpResponseInit> {
  const url = (below = "") => urlOf(`${importPath(found.instanceId)}${below}`);
  const { output, status, input } = found;
  const ended = output ?? (status?.error?.type === "interrupted" ? status : undefined);
  const deadLetters = ended && ended.failed > 0 ? { deadLetters: url("/dead-letters") } : {};
  // The engine counts a continued instance from its last continuation on; callers asked for the whole import.
  const begunAt = input.state && new Date(input.state.begunAt);
  return resourceResponse(
    { ...found, createdAt: begunAt ?? found.createdAt },
    {
      kind: "import",
      progress: { total: status?.total ?? 0, ...(await counted(orchestrations, found)) },
      result: output && { ...output, ...deadLetters },
      error: status?.error,
      links: { self: url(), ...deadLetters },
    },
  );
}

/** With the lines that are under way one by one, whose counts their own instances have. */
async function counted(orchestrations: OrchestrationClient, found: Import): Promise<ImportTally> {
  const { applied, failed, retried, singlesOf } = found.status ?? { ...NOTHING_YET, singlesOf: [] };
  const pages = isFinal(found) ? [] : singlesOf;
  const singles = await Promise.all(
    pages.map((page) => orchestrations.find(priceSinglesImport, singlesId(found.instanceId, page))),
  );
  return singles
    .map((instance) => instance?.output ?? instance?.status ?? NOTHING_YET)
    .reduce(addTallies, { applied, failed, retried });
}
