import { TaskHubUnavailable } from "../task-hub/management-endpoint.ts";

/** How the errors of the SDK's client begin: they have no codes, so the extension's status is in their texts only. */
const STATUS = /^The operation failed with an unexpected status code: (\d{3})/;
const MISSING =
  /^(?:No instance with ID '|DurableClient error: Durable Functions extension replied with HTTP 404)/;

/**
 * What a call of the SDK's client gives, or undefined if the extension refuses it with this status.
 *
 * @throws {TaskHubUnavailable} if the extension cannot be reached, or is failing by itself
 */
export async function unlessRefused<T>(call: Promise<T>, status: number): Promise<T | undefined> {
  try {
    return await call;
  } catch (error) {
    const answered = statusIn(error);
    if (answered === status) return undefined;
    if (answered === 429 || answered >= 500) throw new TaskHubUnavailable();
    throw error;
  }
}

/** 0 if there is none in it. An error of the SDK's HTTP client is one of the connection: no status is one to it. */
function statusIn(error: unknown): number {
  if (!(error instanceof Error)) return 0;
  if ("isAxiosError" in error) return 503;
  if (MISSING.test(error.message)) return 404;
  return Number(STATUS.exec(error.message)?.[1] ?? 0);
}
