import type { AnySchema, ValidateFunction } from "ajv";
import { Ajv2020 } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";

interface Described {
  readonly $ref?: string;
  readonly content?: Readonly<Record<string, { readonly schema?: unknown }>>;
}

export interface ApiDocument {
  readonly openapi: string;
  /** By path, method (lower case) and status. */
  readonly paths: Readonly<
    Record<string, Readonly<Record<string, { readonly responses: Readonly<Record<string, Described>> }>>>
  >;
  readonly components: {
    readonly schemas: Readonly<Record<string, AnySchema>>;
    readonly responses: Readonly<Record<string, Described>>;
  };
}

const BASE = "https://example.com/api.json";

/** Compares responses of the app with its OpenAPI document. */
export class ApiContract {
  readonly document: ApiDocument;
  readonly #ajv = new Ajv2020({ strict: false, allErrors: true });
  readonly #compiled = new Map<string, ValidateFunction>();

  constructor(document: ApiDocument) {
    this.document = document;
    // The package is CommonJS: its types export the function only as `default`, Node as the module itself.
    (addFormats as unknown as (ajv: Ajv2020) => void)(this.#ajv);
    this.#ajv.addSchema({ $id: BASE, ...document });
  }

  static async of(base: string): Promise<ApiContract> {
    return new ApiContract((await (await fetch(new URL("/api/openapi.json", base))).json()) as ApiDocument);
  }

  /**
   * The differences between a response and the document; empty if there are none. The response can be read afterwards.
   */
  async faults(method: string, path: string, response: Response): Promise<string[]> {
    const template = this.#find(path);
    const operation = this.document.paths[template]?.[method.toLowerCase()];
    if (!operation) return [`${method} ${path} is not in the document`];
    const own = ["paths", template, method.toLowerCase(), "responses", String(response.status)];
    const described = operation.responses[String(response.status)];
    if (!described) return [`${method} ${template} returns ${response.status}, which is not in the document`];
    const [, shared] = /^#\/components\/responses\/(\w+)$/.exec(described.$ref ?? "") ?? [];
    if (shared === undefined) return this.#bodyFaults(own, described, response);
    const answer = this.document.components.responses[shared] ?? {};
    return this.#bodyFaults(["components", "responses", shared], answer, response);
  }

  async #bodyFaults(
    pointer: readonly string[],
    { content }: Described,
    response: Response,
  ): Promise<string[]> {
    const contentType = response.headers.get("content-type")?.split(";")[0] ?? "";
    if (!content) return contentType === "" ? [] : [`a body of ${contentType} where there should be none`];
    const media = content[contentType] ?? content["*/*"];
    if (!media) return [`${response.status} has the type ${contentType}`];
    if (!media.schema) return [];
    return this.#schemaFaults([...pointer, "content", contentType, "schema"], await response.clone().json());
  }

  /** The path of the document for a request's path: fixed segments have precedence over parameters. */
  #find(path: string): string {
    const { pathname } = new URL(path, BASE);
    const templates = Object.keys(this.document.paths).toSorted(
      (a, b) => a.split("{").length - b.split("{").length,
    );
    return templates.find((template) => patternOf(template).test(pathname)) ?? "";
  }

  #schemaFaults(pointer: readonly string[], body: unknown): string[] {
    const fragment = pointer
      .map((part) => encodeURIComponent(part.replaceAll("~", "~0").replaceAll("/", "~1")))
      .join("/");
    const validate = this.#compiled.get(fragment) ?? this.#ajv.compile({ $ref: `${BASE}#/${fragment}` });
    this.#compiled.set(fragment, validate);
    if (validate(body)) return [];
    return (validate.errors ?? []).map(
      ({ instancePath, message, params }) => `${instancePath || "/"} ${message} ${JSON.stringify(params)}`,
    );
  }
}

/** A parameter is one segment; `path` is the rest of the path. */
function patternOf(template: string): RegExp {
  const pattern = template
    .replaceAll(".", "\\.")
    .replaceAll(/\{([a-zA-Z]+)\}/g, (_, name) => (name === "path" ? ".+" : "[^/]+"));
  return new RegExp(`^${pattern}$`);
}
