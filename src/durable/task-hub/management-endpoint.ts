/** The properties of the durable client binding that locate the extension's management API. */
interface ClientBinding {
  /** Only reachable from this machine, and without a key. The SDK also prefers it. */
  readonly rpcBaseUrl?: unknown;
  readonly baseUrl?: unknown;
  /** Contains the key that controls every instance of the task hub. */
  readonly requiredQueryStringParameters?: unknown;
}

export interface ManagementAnswer {
  readonly status: number;
  /** Parsed JSON; undefined if there is none. */
  readonly body: unknown;
  /** Present if there are more items: send it with the same request to get them. */
  readonly continuation: string | undefined;
}

const CONTINUATION = "x-ms-continuation-token";
const ANSWER_TIMEOUT_MS = 20_000;

/** The task hub does not respond. The message omits the address, which may contain the key. */
export class TaskHubUnavailable extends Error {
  /** An HTTP status, so that callers treat it as a temporary failure of a service. */
  readonly statusCode = 503;

  constructor() {
    super("The task hub does not respond");
    this.name = "TaskHubUnavailable";
  }
}

/**
 * The Durable extension's HTTP API, for requests that the SDK's client does not have: pages of instances and entities,
 * history, and results that distinguish "not found" from "unavailable". Address and key never leave this class.
 */
export class ManagementEndpoint {
  readonly #base: string;
  readonly #key: string;

  /** @param binding the value of the durable client input */
  constructor(binding: unknown) {
    const { rpcBaseUrl, baseUrl, requiredQueryStringParameters } = (binding ?? {}) as ClientBinding;
    const isLocal = isText(rpcBaseUrl);
    const base = isLocal ? rpcBaseUrl : baseUrl;
    if (!isText(base))
      throw new Error("The durable client input does not contain the address of the task hub");
    this.#base = base.replace(/\/+$/, "");
    this.#key = !isLocal && isText(requiredQueryStringParameters) ? requiredQueryStringParameters : "";
  }

  /** @throws {TaskHubUnavailable} */
  async send(
    method: "GET" | "POST" | "DELETE",
    path: readonly string[],
    query: Readonly<Record<string, string | undefined>> = {},
    options: {
      readonly continuation?: string | undefined;
      readonly timeoutMs?: number;
      /** Sent as JSON. */
      readonly body?: object;
    } = {},
  ): Promise<ManagementAnswer> {
    const { continuation, timeoutMs = ANSWER_TIMEOUT_MS, body } = options;
    const parameters = new URLSearchParams(this.#key);
    for (const [name, value] of Object.entries(query)) {
      if (value !== undefined) parameters.set(name, value);
    }
    const url = `${this.#base}/${path.map(encodeURIComponent).join("/")}?${parameters.toString()}`;
    try {
      const answer = await fetch(url, {
        method,
        headers: {
          accept: "application/json",
          ...(continuation && { [CONTINUATION]: continuation }),
          ...(body && { "content-type": "application/json" }),
        },
        ...(body && { body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(timeoutMs),
      });
      return {
        status: answer.status,
        body: parse(await answer.text()),
        continuation: answer.headers.get(CONTINUATION) || undefined,
      };
    } catch {
      throw new TaskHubUnavailable();
    }
  }
}

const isText = (value: unknown): value is string => typeof value === "string" && value !== "";

/**
 * For an instance that was terminated without a reason, the extension writes `"output":undefined`. Inside a JSON string
 * the quotes would be escaped, so there are no false matches.
 */
function parse(text: string): unknown {
  if (text === "") return undefined;
  try {
    return JSON.parse(text.replaceAll(/"(output|Result)":undefined/g, '"$1":null')) as unknown;
  } catch {
    return text;
  }
}
