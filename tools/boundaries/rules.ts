import { COMPUTED, type Rule } from "./check.ts";

/** What an HTTP module of the app may use: requests, functions, the shop's own layers. */
const EDGE = [
  "src/durable/**",
  "src/http/*.ts",
  "src/storage/*.ts",
  "src/values.ts",
  "src/signed-links/*.ts",
];
const LIBRARIES = ["@azure/functions", "zod", "node:*", "node:*/promises"];
const CONTRACTS = ["src/patterns/*/*.contract.ts", "src/patterns/*/*/*.contract.ts"];
/** Implementations of services, which only src/services/create-services.ts may choose. */
const IMPLEMENTATIONS = [
  "src/services/create-services.ts",
  "src/services/sandbox/**",
  "src/services/*/{blob,sharp}-*.ts",
];

/** The rules of the app. ARCHITECTURE.md shows the same as a table. */
const APP: readonly Rule[] = [
  {
    files: ["src/**"],
    never: [
      "packages/**",
      "tools/**",
      "test/**",
      "samples/**",
      "durable-local-host",
      "durable-local-host/**",
    ],
    says: "src/ ships to Azure and imports nothing from outside itself.",
    advice: "Move what it needs into src/.",
  },
  {
    files: ["src/**", "samples/**"],
    never: [COMPUTED],
    says: "Names of imported modules are literals: a computed one can be checked by nobody, and not be bundled.",
    advice: "Import the modules by their names, and choose among them.",
  },
  {
    files: ["src/**"],
    except: ["src/durable/**"],
    never: ["durable-functions"],
    says: "Only src/durable imports the SDK.",
    advice: "Use its typed layer, and add there what is missing.",
  },
  {
    files: ["src/durable/**"],
    only: ["src/durable/**", "durable-functions", ...LIBRARIES],
    says: "src/durable does not import the rest of the app.",
    advice: "Pass in what it needs, or move the code to src/http, src/patterns or src/operations.",
  },
  {
    files: ["src/values.ts"],
    only: ["zod"],
    says: "Values are used everywhere: they import only zod.",
    advice: "Move the code to the modules that use it.",
  },
  {
    files: ["src/storage/*.ts"],
    only: ["src/storage/*.ts", "src/settings.ts", "@azure/*", ...LIBRARIES],
    says: "src/storage is the basis of the shop, and does not import the shop.",
    advice: "Move code about the shop to src/services, or pass in what it needs.",
  },
  {
    files: ["src/http/*.ts"],
    only: ["src/http/*.ts", "src/durable/**", "src/storage/*.ts", "src/values.ts", ...LIBRARIES],
    says: "src/http is the same for all patterns: it imports no pattern and no service.",
    advice: "Pass in what it needs, or move the code to the pattern.",
  },
  {
    files: ["src/signed-links/*.ts"],
    only: [...EDGE, "@azure/*", ...LIBRARIES],
    says: "Signed links are the same for all patterns: they import no pattern and no service.",
    advice: "Pass in what it needs, or move the code to the pattern.",
  },
  {
    files: ["src/services/**"],
    except: ["src/services/{services,create-services}.ts"],
    never: ["src/{durable,http,patterns,operations,openapi,queues,signed-links}/**"],
    says: "A service is an external system: it does not import processes and requests.",
    advice: "Pass in what it needs.",
  },
  {
    files: ["src/{patterns,operations,queues,openapi,http,signed-links,storage}/**"],
    except: ["src/patterns/patterns.ts", "src/operations/*.ts"],
    never: IMPLEMENTATIONS,
    says: "Services are imported by their interface; src/services/create-services.ts chooses the implementation.",
    advice: "Import the interface, and take the service as a parameter.",
  },
  {
    files: ["src/operations/*.ts"],
    never: ["src/services/sandbox/**", "src/services/*/*.ts", "src/patterns/*/**"],
    says: "Operations use patterns through their manifests.",
    advice: "Put what differs between patterns into the manifest (src/patterns/pattern.ts).",
  },
];

const PATTERNS: readonly Rule[] = [
  {
    files: ["src/patterns/*/**"],
    only: [
      "{own}/**",
      ...CONTRACTS,
      "src/patterns/pattern.ts",
      "src/services/**",
      "src/settings.ts",
      "src/openapi/*.ts",
      "src/queues/*.ts",
      ...EDGE,
      ...LIBRARIES,
    ],
    says: "Patterns share contracts and services; nothing else of another pattern is imported.",
    advice: "Put what both need into a contract, a service, src/values.ts or src/http.",
  },
  {
    files: CONTRACTS,
    only: [
      "{own}/**",
      ...CONTRACTS,
      "src/durable/orchestration/*.ts",
      "src/values.ts",
      "zod",
      "durable-functions",
    ],
    reach: true,
    says: "Contracts import src/durable/orchestration, values, other contracts and zod, nothing else.",
    advice: "A contract contains names, schemas and types; move other code to the file that uses it.",
  },
  {
    files: ["src/patterns/**/*.orchestrator.ts"],
    only: [
      "{own}/**",
      ...CONTRACTS,
      "src/durable/orchestration/*.ts",
      "src/durable/task-hub/former-run.ts",
      "src/values.ts",
      "zod",
      "durable-functions",
    ],
    never: ["{own}/**/*.{activities,http,openapi,queue,pattern}.ts"],
    reach: true,
    says: "Orchestrators are replayed: they import contracts, src/durable/orchestration and values only.",
    advice: "Work belongs in an activity: define it in the contract, and call it.",
  },
  {
    files: ["src/patterns/**/*.orchestrator.ts"],
    never: ["durable-functions", "zod"],
    says: "Orchestrators are written with src/durable/orchestration, and schemas are in contracts.",
    advice: "Use the typed layer; work belongs in an activity.",
  },
];

/** The engine's folders and files in layers, the lowest first: each imports only lower layers. */
const LAYERS: readonly (readonly string[])[] = [
  ["history/*", "settings.ts", "log.ts"],
  ["delivery/*", "replay/*"],
  ["task-hub.ts", "activities/*"],
  ["orchestrations/*", "entities/*"],
  ["engine-task-hub.ts"],
  ["engine.ts"],
];
const HOST = "packages/local-host/src";
const LAYERED = LAYERS.flatMap((parts, layer) =>
  parts.map((part) => ({ files: `${HOST}/engine/${part}`, layer })),
);

const LOCAL_HOST: readonly Rule[] = [
  {
    files: ["packages/local-host/src/**"],
    only: [
      "packages/local-host/src/**",
      "@azure/data-tables",
      "@azure/storage-{blob,queue}",
      "croner",
      "node:*",
      "node:*/promises",
    ],
    says: "The local host knows only the app's path, and loads the app's libraries through the app.",
    advice: "Load it from the app's folder at run time.",
  },
  {
    files: [`${HOST}/engine/**`],
    never: [`${HOST}/{host,index,main,testing}.ts`, `${HOST}/{http,management,triggers,testing,cli}/**`],
    says: "The engine does not import the code above it.",
    advice: "Pass in what it needs, or move the code up.",
  },
  {
    files: [`${HOST}/{stores,app,invocation}/**`],
    never: [`${HOST}/{engine,http,management,triggers,testing,cli}/**`, `${HOST}/host.ts`],
    says: "Stores, the loaded app and its invocation are below the engine.",
    advice: "Pass in what they need, or move the code up.",
  },
  {
    files: [`${HOST}/stores/**`],
    never: [`${HOST}/{app,invocation}/**`],
    says: "A store keeps rows and knows nothing of the app.",
    advice: "Pass in what it needs, or move the code up.",
  },
  ...LAYERED.slice(0, -1).map(({ files, layer }) => ({
    files: [files],
    never: LAYERED.filter((other) => other.layer >= layer && other.files !== files).map(
      ({ files: glob }) => glob,
    ),
    says: "A layer of the engine imports only lower layers.",
    advice: "Pass in what it needs, or move it to a lower layer.",
  })),
];

const PACKAGES: readonly Rule[] = [
  {
    files: ["{test,tools,samples}/**"],
    never: ["packages/*/{src,dist,types}/**"],
    says: "The app uses a package like any other project.",
    advice: "Import it by its name; add missing exports to its index.ts.",
  },
];

const REPLAY: readonly Rule[] = [
  {
    files: ["packages/replay/src/**"],
    only: [
      "packages/replay/src/**",
      "durable-local-host",
      "durable-local-host/replay",
      "@azure/data-tables",
      "@azure/{identity,storage-blob}",
      "node:*",
      "node:*/promises",
    ],
    says: "durable-replay uses what the local host exports, and knows the app only by its path.",
    advice: "Export it from durable-local-host/replay, or load it from the app's folder at run time.",
  },
];

const CONSOLE: readonly Rule[] = [
  {
    files: ["packages/console/src/**"],
    never: [
      "packages/{local-host,replay,eslint-plugin}/**",
      "durable-local-host",
      "durable-functions",
      "@azure/*",
    ],
    says: "The console shows any app on any host, and loads no code of either.",
    advice: "Read it over HTTP, or let the local host pass it in.",
  },
  {
    files: ["packages/console/src/server/**"],
    only: [
      "packages/console/src/{server,api}/**",
      "@shikijs/{engine-javascript,primitive}",
      "@shikijs/langs/*",
      "durable-replay",
      "markdown-it",
      "node:*",
      "node:*/promises",
    ],
    says: "The console's server gets the host passed in, and knows any other app only by its address.",
    advice: "Add what it needs to the interface of the host, and pass it in.",
  },
  {
    files: ["packages/console/src/page/**"],
    only: ["packages/console/src/{page,api}/**", "preact", "preact/hooks"],
    says: "The page runs in browsers: it shares types with the server, and is small.",
    advice: "Write it in src/page, or let the server do it.",
  },
  {
    files: ["packages/console/src/api/**"],
    only: ["packages/console/src/api/**"],
    says: "The types of the API are for both sides, and need neither.",
    advice: "Move code to src/server or src/page.",
  },
];

const ESLINT_PLUGIN: readonly Rule[] = [
  {
    files: ["packages/eslint-plugin/src/**"],
    only: ["packages/eslint-plugin/src/**", "oxc-parser", "node:*"],
    says: "The lint rules read code as text: they import only the parser.",
    advice: "Compare names of modules and functions in the code, and do not load them.",
  },
];

const SAMPLES: readonly Rule[] = [
  {
    files: ["samples/plain-sdk/src/functions/*.ts"],
    only: ["durable-functions", "samples/plain-sdk/src/shop.ts"],
    says: "A file of the plain-SDK sample imports only the SDK and its own shop.",
    advice: "Put what it needs besides the SDK into src/shop.ts.",
  },
  {
    files: ["samples/plain-sdk/src/*.ts"],
    only: ["durable-functions", "@azure/functions", "node:*", "node:*/promises"],
    says: "The sample is a separate app: it imports only the SDK.",
    advice: "Write what it needs in the sample.",
  },
];

export const RULES: readonly Rule[] = [
  ...APP,
  ...PATTERNS,
  ...LOCAL_HOST,
  ...REPLAY,
  ...CONSOLE,
  ...ESLINT_PLUGIN,
  ...PACKAGES,
  ...SAMPLES,
];
