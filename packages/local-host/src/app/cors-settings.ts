import { AppError } from "./app-error.ts";

/** `Host.CORS` and `Host.CORSCredentials` of `local.settings.json`. */
export interface CorsSettings {
  /** As written in the file. Without any, browsers of other origins are refused. */
  readonly origins: readonly string[];
  readonly credentials: boolean;
}

/** @throws {AppError} when every origin would get credentials, which the protocol does not allow */
export function readCors(host: Readonly<Record<string, unknown>>): CorsSettings {
  const text = typeof host["CORS"] === "string" ? host["CORS"] : "";
  const origins = text.split(",").filter((origin) => origin !== "");
  const credentials = host["CORSCredentials"] === true || /^true$/i.test(String(host["CORSCredentials"]));
  if (credentials && origins.length === 1 && origins[0] === "*") {
    throw new AppError(
      `Host.CORS of local.settings.json is "*", which CORSCredentials does not allow: name the origins.`,
    );
  }
  return { origins, credentials };
}

/** Core Tools compare an origin as it is written, so a value that no browser sends never matches. */
export function corsWarnings({ origins }: CorsSettings): string[] {
  return origins
    .filter(
      (origin) => !(origin === "*" && origins.length === 1) && browserOrigin(origin) !== origin.toLowerCase(),
    )
    .map((origin) => {
      const meant = browserOrigin(origin);
      const remedy = meant === undefined ? `Write "https://example.com", or "*" alone.` : `Write "${meant}".`;
      return `Host.CORS of local.settings.json: "${origin}" is not an origin that a browser sends. ${remedy}`;
    });
}

function browserOrigin(text: string): string | undefined {
  const origin = URL.canParse(text.trim()) ? new URL(text.trim()).origin : "null";
  return origin === "null" ? undefined : origin;
}
