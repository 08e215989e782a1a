import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import type { IncomingMessage } from "node:http";
import { createServer } from "node:https";
import { tmpdir } from "node:os";
import path from "node:path";
import { buffer } from "node:stream/consumers";
import { gunzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, inject, test, vi } from "vitest";
import { anOrder } from "../patterns/order-chaining/order-samples.ts";
import { HostProcess } from "../../tools/host-process.ts";
import { AppIdentity, listen, makeCertificate } from "../support/app-identity.ts";
import { uniquePrefix } from "../support/storage.ts";

/** The telemetry for Application Insights; only the properties that are checked here. */
interface Envelope {
  readonly tags: Readonly<Record<string, string>>;
  readonly data: {
    readonly baseType: string;
    readonly baseData: { name?: string; message?: string; properties?: Record<string, string> };
  };
  readonly authorization: string | undefined;
}

const TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
const CLIENT_ID = "11111111-2222-3333-4444-555555555555";
const folder = mkdtempSync(path.join(tmpdir(), "ingestion-"));
const received: Envelope[] = [];
const certificate = makeCertificate();
const identity = new AppIdentity();
const ingestion =
  certificate &&
  createServer(certificate, (request, response) => {
    void keep(request).then((count) => {
      response.writeHead(200, { "content-type": "application/json" });
      response.end(JSON.stringify({ itemsReceived: count, itemsAccepted: count, errors: [] }));
    });
  });
let host: HostProcess;

async function keep(request: IncomingMessage): Promise<number> {
  const body = await buffer(request);
  const text = (request.headers["content-encoding"] === "gzip" ? gunzipSync(body) : body).toString();
  const envelopes = JSON.parse(
    text.startsWith("[") ? text : `[${text.trim().replaceAll("\n", ",")}]`,
  ) as Envelope[];
  const { authorization } = request.headers;
  received.push(...envelopes.map((envelope) => ({ ...envelope, authorization })));
  return envelopes.length;
}

beforeAll(async () => {
  if (!certificate || !ingestion) return;
  const endpoint = `https://localhost:${await listen(ingestion)}/`;
  writeFileSync(path.join(folder, "cert.pem"), certificate.cert);
  host = await HostProcess.launch(["--app", "."], {
    AzureWebJobsStorage: inject("storage"),
    SHOP_STORAGE_PREFIX: uniquePrefix(),
    NODE_EXTRA_CA_CERTS: path.join(folder, "cert.pem"),
    ...(await identity.listen()),
    APPLICATIONINSIGHTS_CONNECTION_STRING: `InstrumentationKey=${CLIENT_ID};IngestionEndpoint=${endpoint}`,
    APPLICATIONINSIGHTS_AUTHENTICATION_STRING: `ClientId=${CLIENT_ID};Authorization=AAD`,
    APPLICATION_INSIGHTS_NO_STATSBEAT: "true",
    OTEL_SERVICE_NAME: "photo-print-shop",
    OTEL_BSP_SCHEDULE_DELAY: "50",
    OTEL_BLRP_SCHEDULE_DELAY: "50",
  });
});
afterAll(async () => {
  await host?.stop();
  ingestion?.close();
  identity.close();
  rmSync(folder, { recursive: true });
});

test.runIf(certificate)(
  "traces and logs arrive at Application Insights, with the app's identity and without a key",
  async () => {
    const answer = await fetch(`${host.url}/api/orders`, {
      method: "POST",
      headers: { "content-type": "application/json", traceparent: `00-${TRACE}-00f067aa0ba902b7-01` },
      body: JSON.stringify(anOrder()),
    });
    expect(answer.status).toBe(202);
    const ofTrace = () => received.filter(({ tags }) => tags["ai.operation.id"] === TRACE);
    const messages = () => ofTrace().map(({ data }) => data.baseData.message ?? data.baseData.name);
    await vi.waitFor(
      () => {
        expect(messages()).toContain("sendConfirmation");
        expect(messages()).toContainEqual(expect.stringContaining('"event":"orchestrationCompleted"'));
      },
      { timeout: 20_000, interval: 200 },
    );
    expect(messages()).toEqual(expect.arrayContaining(["placeOrder", "priceOrder", "chargePayment"]));
    // The fields that the queries in infra/queries read.
    const ended = ofTrace().find(
      ({ data }) => data.baseData.properties?.["event"] === "orchestrationCompleted",
    );
    expect(ended?.data.baseData.properties).toMatchObject({
      pattern: "order-chaining",
      orchestration: "orderFulfilment",
    });
    expect(Number(ended?.data.baseData.properties?.["seconds"])).toBeGreaterThanOrEqual(0);
    expect(new Set(ofTrace().map(({ tags }) => tags["ai.cloud.role"]))).toEqual(
      new Set(["photo-print-shop"]),
    );
    expect(new Set(received.map(({ authorization }) => authorization))).toEqual(new Set([identity.token]));
    expect(new Set(identity.signedIn)).toEqual(new Set([CLIENT_ID]));
  },
);
