import { readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ApiContract } from "../support/api-contract.ts";
import { fillIn, type HttpFileRequest, readCalls } from "../support/http-file.ts";
import { Mailbox } from "../../tools/traffic/mailbox.ts";
import { type Shop, startShop } from "../support/shop.ts";

const file = readCalls();

let shop: Shop;
let contract: ApiContract;

beforeAll(async () => {
  shop = await startShop({ startAt: new Date() });
  contract = await ApiContract.of(shop.host.url);
});
afterAll(() => shop?.host.stop());

async function send(request: HttpFileRequest, fill: (text: string) => string): Promise<Response> {
  const { method, body, bodyFile } = request;
  const headers = Object.entries(request.headers).map(([name, value]): [string, string] => [
    name,
    fill(value),
  ]);
  return shop.host.fetch(fill(request.url), {
    method,
    headers,
    ...(body !== undefined && { body: fill(body) }),
    ...(bodyFile !== undefined && { body: readFileSync(bodyFile) }),
  });
}

async function tokenFromMail(refundId: string): Promise<string> {
  const [mail] = await new Mailbox(shop.storage).mails(refundId);
  return /token=(\S+)/.exec(mail?.text ?? "")?.[1] ?? "";
}

test(
  "every call of api.http and of the pages works unchanged, one after another",
  { timeout: 60_000 },
  async () => {
    const variables: Record<string, string> = { ...file.variables, base: shop.host.url };
    const bodies = new Map<string, unknown>();
    const outcomes: string[] = [];
    const faults: string[] = [];
    for (const request of file.requests) {
      const refund = bodies.get("requestRefund") as { id: string } | undefined;
      if (request.url.includes("{{token}}") && refund && variables["token"] === file.variables["token"]) {
        variables["token"] = await tokenFromMail(refund.id);
      }
      const fill = (text: string) => fillIn(text, variables, bodies);
      const response = await send(request, fill);
      faults.push(...(await contract.faults(request.method, new URL(fill(request.url)).pathname, response)));
      const isJson = response.headers.get("content-type")?.includes("json") ?? false;
      if (request.name !== undefined && isJson) bodies.set(request.name, await response.json());
      outcomes.push(`${response.status} ${request.title}`);
      await shop.host.settle();
    }
    expect(faults).toEqual([]);
    const refused = outcomes.filter((outcome) => !outcome.startsWith("2"));
    expect(refused).toEqual([expect.stringMatching(/^409 Continue a failed instance/)]);
  },
);

test("api.http and the patterns' pages have every call of the API", () => {
  const described = Object.entries(contract.document.paths).flatMap(([route, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${route.replaceAll(/\{\w+\}/g, "*")}`),
  );
  const sent = new Set(
    file.requests.map(({ method, url }) => {
      const pathname = url
        .replace("{{base}}", "")
        .replace(/\?.*$/, "")
        .replaceAll(/\{\{[^}]+\}\}/g, "*");
      return `${method} ${pathname}`;
    }),
  );
  const named = (call: string) => (text: string) =>
    new RegExp(`^${call.replaceAll(".", "\\.").replaceAll("*", "[^ ]+")}$`).test(text);
  const missing = described.filter((call) => ![...sent].some(named(call)));
  expect(missing, "add them to api.http, or to an http block on the pattern's page").toEqual([]);
});
