import type { HttpResponseInit } from "@azure/functions";
import {
  type InstanceStatus,
  isFinal,
  type OrchestrationClient,
} from "../../durable/client/orchestration-client.ts";
import type { Call, Endpoint } from "../../http/endpoint.ts";
import { fileResponse } from "../../http/file-response.ts";
import { Problem } from "../../http/problem.ts";
import { validate } from "../../http/read-request.ts";
import { readJson } from "../../http/read-body.ts";
import { resourceResponse } from "../../http/resource.ts";
import { findStarted, startOnce } from "../../http/start.ts";
import type { Services } from "../../services/services.ts";
import { priceSinglesImport, individualLinesId } from "./lines/line.contract.ts";
import {
  addCounts,
  type ImportInput,
  importRequest,
  type ImportResult,
  type ImportStatus,
  type LineCounts,
  listPath,
  NO_LINES,
  priceImport,
} from "./price.contract.ts";

const path = (id: string) => `/api/imports/${id}`;

/** Import a price list, get the import, and get the lines that failed. */
export function createImportEndpoints({ claims, priceLists, importFiles }: Services): Endpoint[] {
  return [
    {
      name: "importPriceList",
      method: "POST",
      route: "price-lists/{name}/import",
      async handle(request, call) {
        const { name } = validate(listPath, request.params, "path");
        const policy = await readJson(request, importRequest);
        const list = await priceLists.find(name);
        if (!list) throw new Problem("not-found", `There is no price list ${name}`);
        const content = { list: name, policy };
        const input = { ...content, etag: list.etag };
        return startOnce(request, call, claims, { orchestration: priceImport, content, input, path });
      },
    },
    {
      name: "getImport",
      method: "GET",
      route: "imports/{id}",
      handle: async (request, call) =>
        importResource(call, await findStarted(request, call.orchestrations, priceImport)),
    },
    {
      name: "getDeadLetters",
      method: "GET",
      route: "imports/{id}/dead-letters",
      isConditional: true,
      async handle(request, { orchestrations }) {
        const { instanceId, input } = await findStarted(request, orchestrations, priceImport);
        const file = await importFiles.findDeadLetters(instanceId);
        if (!file) throw new Problem("not-found", "The import has no dead letters, or none yet");
        const saveAs = `${input.list}-dead-letters.csv`;
        return fileResponse(request, { ...file, saveAs }, "private, no-cache");
      },
    },
  ];
}

type Import = InstanceStatus<ImportInput, ImportResult, ImportStatus>;

async function importResource({ orchestrations, url }: Call, found: Import): Promise<HttpResponseInit> {
  const { instanceId, output, status, input } = found;
  const ended = output ?? (status?.error?.type === "interrupted" ? status : undefined);
  const deadLetters =
    ended && ended.failed > 0 ? { deadLetters: url(`${path(instanceId)}/dead-letters`) } : {};
  // The engine shows the start of the current execution. Callers expect the start of the whole import.
  const createdAt = input.state ? new Date(input.state.begunAt) : found.createdAt;
  return resourceResponse(
    { ...found, createdAt },
    {
      kind: "import",
      progress: { total: status?.total ?? 0, ...(await countsOf(orchestrations, found)) },
      result: output && { ...output, ...deadLetters },
      error: status?.error,
      links: { self: url(path(instanceId)), ...deadLetters },
    },
  );
}

/** Includes the running individual lines, whose own instances have the counts. */
async function countsOf(orchestrations: OrchestrationClient, found: Import): Promise<LineCounts> {
  const { applied, failed, retried, singlesOf } = found.status ?? { ...NO_LINES, singlesOf: [] };
  const pages = isFinal(found) ? [] : singlesOf;
  const parts = await Promise.all(
    pages.map((page) => orchestrations.find(priceSinglesImport, individualLinesId(found.instanceId, page))),
  );
  return parts
    .map((part) => part?.output ?? part?.status ?? NO_LINES)
    .reduce<LineCounts>(addCounts, { applied, failed, retried });
}
