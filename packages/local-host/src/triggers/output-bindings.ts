import { asError } from "../errors.ts";
import type { AppFunction, NamedBinding } from "../app/app-function.ts";
import type { LoadedApp } from "../app/loaded-app.ts";
import type { InvocationResponse } from "../app/worker-types.ts";
import type { Clock } from "../clock.ts";
import type { TypedData } from "../invocation/function-runner.ts";
import { BindingExpressions } from "./binding-expression.ts";
import { encodeMessage } from "./queue-message.ts";
import type { MessageEncoding } from "./queue-message.ts";
import { splitBlobPath } from "./storage-connection.ts";
import type { StorageConnections } from "./storage-connection.ts";
import { storageErrorText } from "./storage-error.ts";
import type { ListenerLog } from "./trigger-listener.ts";

const SUPPORTED_TYPES: ReadonlySet<string> = new Set(["http", "queue", "blob"]);

/** Writes what functions hand to their output bindings; `http` is the business of the HTTP trigger. */
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
   * Returns what went wrong, which was logged then; the invocation has failed if there is anything.
   *
   * @param data makes what names and paths may refer to
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
      if (type === "queue") await this.#sendMessages(output, value, data());
      else if (type === "blob") await this.#uploadBlob(output, value, data());
    }
  }

  async #sendMessages(
    { binding }: NamedBinding,
    value: TypedData,
    data: Readonly<Record<string, unknown>>,
  ): Promise<void> {
    const service = await this.#connections.queues(binding.connection);
    const queue = service.getQueueClient(this.#expressions.fillIn(binding.queueName ?? "", data));
    await queue.createIfNotExists();
    for (const message of messagesOf(value)) await queue.sendMessage(encodeMessage(message, this.#encoding));
  }

  async #uploadBlob(
    { binding }: NamedBinding,
    value: TypedData,
    data: Readonly<Record<string, unknown>>,
  ): Promise<void> {
    const { container, blob } = splitBlobPath(this.#expressions.fillIn(binding.path ?? "", data));
    const service = await this.#connections.blobs(binding.connection);
    const client = service.getContainerClient(container);
    await client.createIfNotExists();
    const content = Buffer.from(contentOf(value));
    await client.getBlockBlobClient(blob).uploadData(content);
  }
}

/** Each element of an array is a message of its own. */
function messagesOf(value: TypedData): readonly (string | Uint8Array)[] {
  if (value.json === undefined) return [contentOf(value)];
  const parsed: unknown = JSON.parse(value.json);
  if (!Array.isArray(parsed)) return [value.json];
  return parsed.map((element: unknown) => (typeof element === "string" ? element : JSON.stringify(element)));
}

function contentOf(value: TypedData): string | Uint8Array {
  return value.bytes ?? value.string ?? value.json ?? String(value.int ?? value.double ?? "");
}
