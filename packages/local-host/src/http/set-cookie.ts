import type { RpcHttpCookie } from "./rpc-http.ts";

const MILLISECONDS = 1000;

/** The text of a `Set-Cookie` field as ASP.NET writes it: value escaped, path `/` unless given. */
export function setCookie(cookie: RpcHttpCookie): string {
  const parts = [`${cookie.name}=${encodeURIComponent(cookie.value)}`];
  if (cookie.expires) {
    parts.push(`expires=${new Date((cookie.expires.value.seconds ?? 0) * MILLISECONDS).toUTCString()}`);
  }
  if (cookie.maxAge) parts.push(`max-age=${Math.trunc(cookie.maxAge.value)}`);
  if (cookie.domain) parts.push(`domain=${cookie.domain.value}`);
  parts.push(`path=${cookie.path?.value ?? "/"}`);
  if (cookie.secure?.value === true) parts.push("secure");
  if (cookie.sameSite === "lax" || cookie.sameSite === "strict") parts.push(`samesite=${cookie.sameSite}`);
  if (cookie.sameSite === "explicitNone") parts.push("samesite=none");
  if (cookie.httpOnly?.value === true) parts.push("httponly");
  return parts.join("; ");
}
