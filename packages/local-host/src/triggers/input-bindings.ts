import { AppError } from "../app/app-error.ts";
import type { AppFunction, NamedBinding } from "../app/app-function.ts";
import type { AppEnvironment } from "../app/app-environment.ts";
import type { Clock } from "../clock.ts";
import type { TypedData } from "../app/typed-data.ts";
import type { InputReader } from "../invocation/input-reader.ts";
import { BindingExpressions } from "./binding-expression.ts";
import type { ExpressionSource } from "./binding-expression.ts";
import { splitBlobPath } from "./storage-connection.ts";
import type { StorageConnections } from "./storage-connection.ts";
import { isNotFound } from "./storage-error.ts";
import { readTable } from "./table-input.ts";

type Data = Readonly<Record<string, unknown>>;

/** Reads the input bindings of functions: blobs, and entities of tables. */
export class InputBindings implements InputReader {
  readonly #connections: StorageConnections;
  readonly #expressions: BindingExpressions;

  constructor(parts: {
    readonly environment: AppEnvironment;
    readonly connections: StorageConnections;
    readonly clock: Clock;
  }) {
    this.#connections = parts.connections;
    this.#expressions = new BindingExpressions(parts.environment, parts.clock);
  }

  /** The reason if an input is not read; `undefined` if it is read. */
  static refusal({ binding }: NamedBinding): string | undefined {
    switch (binding.type.toLowerCase()) {
      case "durableclient":
      case "blob":
      case "table":
        return undefined;
      case "queue":
        return "The Functions host cannot read a queue as an input: every call of this function fails.";
      default:
        return (
          `The input binding ${binding.type} is not supported by the local host and stays empty. Run the app with ` +
          '"func start" to have it read.'
        );
    }
  }

  reads({ binding }: NamedBinding): boolean {
    return /^(?:blob|table|queue)$/i.test(binding.type);
  }

  async read(fn: AppFunction, { binding }: NamedBinding, data: Data): Promise<TypedData | undefined> {
    const source = { data, functionName: fn.name };
    switch (binding.type.toLowerCase()) {
      case "blob":
        return this.#readBlob(binding, source);
      case "table":
        return readTable(binding, (name) => this.#connections.table(binding.connection, name), {
          text: (template) => this.#expressions.fillIn(template, source),
          filter: (template) => this.#expressions.fillInFilter(template, source),
        });
      default:
        throw new AppError(`Function '${fn.name}' cannot run: there is no input binding of type queue.`);
    }
  }

  /** A string, unless the binding says `binary`; nothing if the blob does not exist. */
  async #readBlob(
    binding: NamedBinding["binding"],
    source: ExpressionSource,
  ): Promise<TypedData | undefined> {
    const { container, blob } = splitBlobPath(this.#expressions.fillIn(binding.path ?? "", source));
    const service = await this.#connections.blobs(binding.connection);
    const client = service.getContainerClient(container).getBlobClient(blob);
    try {
      const { contentLength } = await client.getProperties();
      const bytes = contentLength === 0 ? Buffer.alloc(0) : await client.downloadToBuffer();
      if (binding.dataType?.toLowerCase() === "binary") return { bytes };
      return { string: new TextDecoder().decode(bytes) };
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
  }
}
