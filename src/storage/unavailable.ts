const CONNECTION_ERRORS = new Set([
  "ECONNREFUSED",
  "ECONNRESET",
  "ECONNABORTED",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "ENOTFOUND",
  "EPIPE",
  "ETIMEDOUT",
  "REQUEST_SEND_ERROR",
]);

/** Whether an error means that a service cannot be reached or has an internal error, so that a retry may help. */
export function isUnavailable(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code, statusCode } = error as { code?: unknown; statusCode?: unknown };
  if (typeof code === "string" && CONNECTION_ERRORS.has(code)) return true;
  return typeof statusCode === "number" && (statusCode === 429 || statusCode >= 500);
}
