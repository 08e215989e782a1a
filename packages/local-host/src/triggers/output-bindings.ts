import { parsedJson } from "../json.ts";
import { asError } from "../errors.ts";
import type { AppFunction, NamedBinding } from "../app/app-function.ts";
import type { LoadedApp } from "../app/loaded-app.ts";
import type { InvocationResponse } from "../app/worker-types.ts";
import type { Clock } from "../clock.ts";
import type { TypedData } from "../app/typed-data.ts";
import { BindingExpressions } from "./binding-expression.ts";
import type { ExpressionSource } from "./binding-expression.ts";
import { encodeMessage } from "./queue-message.ts";
import type { MessageEncoding } from "./queue-message.ts";
import { splitBlobPath } from "./storage-connection.ts";
import type { StorageConnections } from "./storage-connection.ts";
import { storageErrorText } from "./storage-error.ts";
import { insertEntities } from "./table-output.ts";
import type { ListenerLog } from "./trigger-listener.ts";

const SUPPORTED_TYPES: ReadonlySet<string> = new Set(["http", "queue", "blob", "table"]);

/** Writes the values of output bindings, except `http`, which the HTTP trigger writes. */
export class OutputBindings {
  readonly #connections: StorageConnections;
  readonly #encoding: MessageEncoding;
  readonly #expressions: BindingExpressions;
  readonly #log: ListenerLog;

  constructor(parts: {
    readonly app: LoadedApp;
    readonly connections: StorageConnections;
    readonly clock: Clock;
    readonly log: ListenerLog;
  }) {
    this.#connections = parts.connections;
    this.#encoding = parts.app.settings.queues.messageEncoding;
    this.#expressions = new BindingExpressions(parts.app.environment, parts.clock);
    this.#log = parts.log;
  }

  static supports({ binding }: NamedBinding): boolean {
    return SUPPORTED_TYPES.has(binding.type.toLowerCase());
  }

  /**
   * Returns the failure, which has been logged. With a failure, the invocation has failed.
   *
   * @param data creates the values that names and paths may refer to
   */
  async write(
    fn: AppFunction,
    response: InvocationResponse,
    data: () => Readonly<Record<string, unknown>>,
  ): Promise<Error | undefined> {
    try {
      await this.#write(fn, response, data);
      return undefined;
    } catch (error) {
      this.#log(fn, "error", `Its output could not be written: ${storageErrorText(error)}`);
      return asError(error);
    }
  }

  async #write(
    fn: AppFunction,
    response: InvocationResponse,
    data: () => Readonly<Record<string, unknown>>,
  ): Promise<void> {
    for (const output of fn.outputs) {
      const value =
        output.name === "$return"
          ? response.returnValue
          : response.outputData?.find(({ name }) => name === output.name)?.data;
      if (value === undefined || value === null) continue;
      const type = output.binding.type.toLowerCase();
      const source = { data: data(), functionName: fn.name };
      if (type === "queue") await this.#sendMessages(output, value, source);
      else if (type === "blob") await this.#uploadBlob(output, value, source);
      else if (type === "table") await this.#insertEntities(output, value, source);
    }
  }

  async #sendMessages({ binding }: NamedBinding, value: TypedData, source: ExpressionSource): Promise<void> {
    const service = await this.#connections.queues(binding.connection);
    const queue = service.getQueueClient(this.#expressions.fillIn(binding.queueName ?? "", source));
    await queue.createIfNotExists();
    for (const message of messagesOf(value)) await queue.sendMessage(encodeMessage(message, this.#encoding));
  }

  async #insertEntities(
    { binding }: NamedBinding,
    value: TypedData,
    source: ExpressionSource,
  ): Promise<void> {
    const fillIn = (template: string): string => this.#expressions.fillIn(template, source);
    const { tableName = "", partitionKey, rowKey } = binding;
    const table = await this.#connections.table(binding.connection, fillIn(tableName));
    await insertEntities(table, jsonOf(value) ?? contentOf(value), {
      partitionKey: partitionKey === undefined ? undefined : fillIn(partitionKey),
      rowKey: rowKey === undefined ? undefined : fillIn(rowKey),
    });
  }

  async #uploadBlob({ binding }: NamedBinding, value: TypedData, source: ExpressionSource): Promise<void> {
    const { container, blob } = splitBlobPath(this.#expressions.fillIn(binding.path ?? "", source));
    const service = await this.#connections.blobs(binding.connection);
    const client = service.getContainerClient(container);
    await client.createIfNotExists();
    const content = Buffer.from(contentOf(value));
    await client.getBlockBlobClient(blob).uploadData(content);
  }
}

/** Each element of an array is a separate message, even if the array was given as text. */
function messagesOf(value: TypedData): readonly (string | Uint8Array)[] {
  const parsed = jsonOf(value);
  if (!Array.isArray(parsed)) return [contentOf(value)];
  return parsed.map((element: unknown) => (typeof element === "string" ? element : JSON.stringify(element)));
}

/** `undefined` if it is not JSON. The Functions host treats a text in braces or brackets as JSON. */
function jsonOf({ json, string = "" }: TypedData): unknown {
  if (json !== undefined) return JSON.parse(json);
  return /^\s*[[{]/.test(string) ? parsedJson(string) : undefined;
}

function contentOf(value: TypedData): string | Uint8Array {
  return value.bytes ?? value.string ?? value.json ?? String(value.int ?? value.double ?? "");
}
