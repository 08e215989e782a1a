import { messageOf, sendAny } from "../api/http.ts";
import { parsed } from "../api/json.ts";
import type { Operation } from "../api/openapi.ts";
import type { FieldErrors } from "./fields.tsx";
import type { Value } from "./sample.ts";

export interface OperationInput {
  /** By place and name, as in `path id`. */
  readonly parameters: Readonly<Record<string, string>>;
  /** Undefined sends none. */
  readonly json?: Value | undefined;
  readonly file?: Blob | undefined;
  readonly contentType?: string | undefined;
}

/** What the app answered. */
export interface Outcome {
  readonly isOk: boolean;
  readonly status: number;
  /** JSON, else text. */
  readonly body: unknown;
  /** Address of an image that the app answered. */
  readonly image?: string;
  readonly message: string;
  readonly errors: FieldErrors;
}

export function pathOf(operation: Operation, parameters: Readonly<Record<string, string>>): string {
  const path = operation.path.replaceAll(/\{([^}]+)\}/g, (_, name: string) =>
    // The rest of a path may have slashes.
    (parameters[`path ${name}`] ?? "").split("/").map(encodeURIComponent).join("/"),
  );
  const query = new URLSearchParams();
  for (const { in: place, name } of operation.parameters) {
    const value = parameters[`${place} ${name}`] ?? "";
    if (place === "query" && value !== "") query.set(name, value);
  }
  return query.size === 0 ? path : `${path}?${query}`;
}

export async function sendOperation(operation: Operation, input: OperationInput): Promise<Outcome> {
  const headers: Record<string, string> = {};
  for (const { in: place, name } of operation.parameters) {
    const value = input.parameters[`${place} ${name}`] ?? "";
    if (place === "header" && value !== "") headers[name] = value;
  }
  if (input.file !== undefined) headers["content-type"] = input.contentType ?? input.file.type;
  const response = await sendAny(pathOf(operation, input.parameters), {
    method: operation.method,
    headers,
    ...(input.file !== undefined ? { body: input.file } : input.json !== undefined && { json: input.json }),
  });
  return outcomeOf(response);
}

async function outcomeOf(response: Response): Promise<Outcome> {
  const { ok: isOk, status } = response;
  const type = response.headers.get("content-type") ?? "";
  if (isOk && type.startsWith("image/")) {
    const image = URL.createObjectURL(await response.blob());
    return { isOk, status, body: undefined, image, message: "An image", errors: {} };
  }
  const text = await response.text();
  const body = type.includes("json") ? (parsed(text) ?? text) : text;
  const message = isOk ? `Answered ${status}` : messageOf(status, body);
  return { isOk, status, body, message, errors: isOk ? {} : errorsOf(body) };
}

/** The fields that problem+json names. */
function errorsOf(body: unknown): FieldErrors {
  const { errors } = (body ?? {}) as { readonly errors?: unknown };
  if (!Array.isArray(errors)) return {};
  return Object.fromEntries(
    (errors as readonly { readonly pointer?: unknown; readonly message?: unknown }[])
      .filter(({ pointer, message }) => typeof pointer === "string" && typeof message === "string")
      .map(({ pointer, message }) => [pointer as string, message as string]),
  );
}
