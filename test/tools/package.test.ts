import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { strFromU8, unzipSync } from "fflate";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { ROOT } from "../../tools/run.ts";
import { Api, type Resource } from "../../tools/tour/api.ts";
import { Scenario } from "../infra/scenario.ts";
import { anOrder } from "../patterns/order-chaining/order-samples.ts";
import { HostProcess } from "../../tools/host-process.ts";
import { uniquePrefix } from "../support/storage.ts";

const folder = await mkdtemp(path.join(tmpdir(), "package-"));
afterAll(() => rm(folder, { recursive: true }));

const made = await makePackage();
const isPlatform = process.platform === "linux" && process.arch === "x64";

/** The only package that is fetched if npm's cache does not contain it. */
async function makePackage(): Promise<{ zip: Uint8Array; output: string } | undefined> {
  const file = path.join(folder, "package.zip");
  try {
    const { stdout } = await promisify(execFile)(process.execPath, ["tools/package.ts", "--out", file], {
      cwd: ROOT,
    });
    return { zip: readFileSync(file), output: stdout };
  } catch (error) {
    const { stderr = "" } = error as { stderr?: string };
    if (!/ENOTCACHED|ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT/.test(stderr)) throw error;
    console.warn("Skipped: packages are neither in npm's cache nor available from the registry");
    return undefined;
  }
}

describe.runIf(made)("the package", () => {
  const files = unzipSync(made?.zip ?? new Uint8Array());
  const names = Object.keys(files);

  test("contains only the app in one bundle, and native code for Linux on x64", () => {
    const parts = new Set(names.map((name) => name.split("/")[0]));
    expect(parts).toEqual(
      new Set(["dist", "host.json", "node_modules", "package-lock.json", "package.json"]),
    );
    const packages = new Set(
      names.flatMap((name) => /node_modules\/((?:@[^/]+\/)?[^/]+)\/[^/]/.exec(name)?.[1] ?? []),
    );
    expect(packages).toEqual(
      new Set([
        "@img/colour",
        "@img/sharp-libvips-linux-x64",
        "@img/sharp-linux-x64",
        "detect-libc",
        "semver",
        "sharp",
      ]),
    );
    expect(names.filter((name) => /\.ts$|local\.settings/.test(name))).toEqual([]);
    expect(names).toEqual(names.toSorted());
  });

  test("contains the licences of its packages, bundled or not", () => {
    expect(names).toContain("node_modules/sharp/LICENSE");
    const licences = strFromU8(files["dist/third-party-licenses.txt"] ?? new Uint8Array());
    const { dependencies } = JSON.parse(readFileSync(path.join(ROOT, "package.json"), "utf8")) as {
      dependencies: object;
    };
    for (const name of Object.keys(dependencies).filter((dependency) => dependency !== "sharp")) {
      expect(licences).toMatch(new RegExp(`^=== ${name} \\d.*\\n\\n[^]{300}`, "m"));
    }
  });

  test("has source maps with this repository's files, and no folder of the build machine", () => {
    const map = JSON.parse(strFromU8(files["dist/app.js.map"] ?? new Uint8Array())) as {
      readonly sources: readonly string[];
    };
    expect(map.sources).toContain("../src/index.ts");
    expect(map.sources.filter((source) => !/^\.\.\/(?:src|node_modules)\//.test(source))).toEqual([]);
    const own = map.sources.filter((source) => source.startsWith("../src/"));
    expect(own.filter((source) => !existsSync(path.join(ROOT, "dist", source)))).toEqual([]);
    const bundled = Object.entries(files).filter(([name]) => name.startsWith("dist/"));
    expect(bundled.filter(([, content]) => strFromU8(content).includes(ROOT))).toEqual([]);
  });

  test("reports its size and its largest parts", () => {
    expect(made?.output).toMatch(/package\.zip: [\d.]+ MB, \d+ files of [\d.]+ MB; largest:\n {2}/);
    expect(made?.output).toContain("node_modules/@img/sharp-libvips-linux-x64");
  });
});

/**
 * Only the settings from Bicep: both storage accounts with a connection string to Azurite instead of the identity, and
 * telemetry to an address that does not respond.
 */
function deployedSettings(): Record<string, string> {
  const settings = Object.entries(new Scenario("smallest").appSettings)
    .filter(([name]) => !/^(?:AzureWebJobsStorage|SHOP_STORAGE)__/.test(name))
    .map(([name, value]) => [name, value.startsWith("[") ? UNKNOWN[name] : value] as const);
  for (const [name, value] of settings) if (value === undefined) throw new Error(`What is ${name}?`);
  return {
    ...Object.fromEntries(settings as [string, string][]),
    AzureWebJobsStorage: inject("storage"),
    SHOP_STORAGE: inject("storage"),
    // Other tests use the same Azurite.
    SHOP_STORAGE_PREFIX: uniquePrefix(),
  };
}

/** Imports the app as a worker does, until it refuses its settings. */
const importWithCore = (app: string) => `
  import { Module } from "node:module";
  const { require } = Module.prototype;
  Module.prototype.require = function (id) {
    return id === "@azure/functions-core" ? { setProgrammingModel() {} } : require.call(this, id);
  };
  await import(${JSON.stringify(pathToFileURL(app).href)});`;

const IDENTITY = "00000000-0000-0000-0000-000000000001";
const UNKNOWN: Readonly<Record<string, string>> = {
  AZURE_CLIENT_ID: IDENTITY,
  APPLICATIONINSIGHTS_CONNECTION_STRING: `InstrumentationKey=${IDENTITY};IngestionEndpoint=https://127.0.0.1:9/`,
  APPLICATIONINSIGHTS_AUTHENTICATION_STRING: `ClientId=${IDENTITY};Authorization=AAD`,
};

describe.runIf(made && isPlatform)("the local host, started from the unpacked package", () => {
  let host: HostProcess;
  let api: Api;

  beforeAll(async () => {
    const app = path.join(folder, "app");
    for (const [name, content] of Object.entries(unzipSync(made?.zip ?? new Uint8Array()))) {
      const file = path.join(app, name);
      mkdirSync(path.dirname(file), { recursive: true });
      writeFileSync(file, content);
    }
    host = await HostProcess.launch(["--app", app], deployedSettings());
    api = new Api(host.url, undefined);
  }, 60_000);
  afterAll(() => host?.stop());

  test("a stack names the line of the source", async () => {
    const app = path.join(folder, "app", "dist", "index.js");
    const { PATH } = process.env;
    const run = promisify(execFile)(process.execPath, ["--input-type=module", "-e", importWithCore(app)], {
      env: { PATH },
    });
    await expect(run).rejects.toThrow(/at readSettings \(.*src[\\/]settings\.ts:\d+:\d+\)/);
  });

  const json = (body: unknown): RequestInit => ({
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });

  async function run(route: string, body: unknown): Promise<Resource<object, { kind: string }>> {
    const answer = await api.call("POST", route, json(body));
    if (answer.status !== 202) throw new Error(`${route}: ${answer.status} ${await answer.text()}`);
    const { links } = (await answer.json()) as { links: { self: string } };
    return api.watch(links.self, undefined, 100);
  }

  test("orders, refunds, shipments and sales", async () => {
    const order = await run("/api/orders", anOrder());
    expect(order.result?.kind).toBe("confirmed");
    const refund = await run("/api/refunds", {
      orderId: order.id,
      amount: { value: 100, currency: "EUR" },
      reason: "A scratch",
      approver: "approver@example.com",
      escalateTo: "lead@example.com",
    });
    expect(refund.result?.kind).toBe("autoApproved");
    const { trackingNumber } = order.result as unknown as { trackingNumber: string };
    const watch = { notify: "customer@example.com" };
    expect((await api.call("POST", `/api/shipments/${trackingNumber}/watch`, json(watch))).status).toBe(202);
    expect((await api.call("GET", `/api/shipments/${trackingNumber}`)).status).toBe(200);
    expect((await api.call("GET", "/api/sales")).status).toBe(200);
  });

  test("albums and renditions, with the package's own native code", async () => {
    const photo = readFileSync(path.join(ROOT, "samples", "photos", "wine.jpg"));
    const body = { headers: { "content-type": "image/jpeg" }, body: new Uint8Array(photo) };
    expect((await api.call("PUT", "/api/albums/packaged/photos/wine.jpg", body)).status).toBe(201);
    const renditions = await run("/api/albums/packaged/renditions", { widths: [64], format: "webp" });
    expect(renditions.result).toMatchObject({ kind: "rendered", photos: 1, failures: [] });
  });

  test("reports and price imports", async () => {
    const report = await run("/api/reports", { from: "2026-01-01", to: "2026-01-31", groupBy: "sku" });
    expect(report.status).toBe("completed");
    const list = {
      headers: { "content-type": "text/csv" },
      body: "sku,price,currency\nmug-white,1.99,EUR\n",
    };
    expect((await api.call("PUT", "/api/price-lists/packaged", list)).status).toBeLessThan(300);
    expect((await run("/api/price-lists/packaged/import", { onError: "skip" })).status).toBe("completed");
  });

  test("catalog, health, operations and the API's description", async () => {
    for (const route of ["/api/catalog", "/api/health", "/api/instances", "/api/openapi.json"]) {
      expect([route, (await api.call("GET", route)).status]).toEqual([route, 200]);
    }
  });
});
