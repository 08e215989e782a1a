/**
 * Splits a management path after .NET's form decoding: `+` is a space, `%2F` separates segments, an escape that is
 * malformed or not UTF-8 stays unchanged.
 */
export function managementSegments(path: string): readonly string[] {
  const trimmed = formDecode(path).replace(/^\/+|\/+$/g, "");
  return trimmed === "" ? [] : trimmed.split("/");
}

function formDecode(text: string): string {
  const spaced = text.replaceAll("+", " ");
  if (!spaced.includes("%")) return spaced;
  try {
    return decodeURIComponent(spaced);
  } catch {
    return spaced.replace(UTF8_CHARACTER, decodeOrKeep);
  }
}

/** The escapes of one UTF-8 character, by its first byte; other escapes stay unchanged. */
const UTF8_CHARACTER =
  /%[0-7][0-9a-f]|%[cd][0-9a-f]%[89ab][0-9a-f]|%e[0-9a-f](?:%[89ab][0-9a-f]){2}|%f[0-7](?:%[89ab][0-9a-f]){3}/gi;

function decodeOrKeep(escapes: string): string {
  try {
    return decodeURIComponent(escapes);
  } catch {
    return escapes;
  }
}

const PLAIN_CHARACTERS = /%(?:2[1246789ABCDE]|3[0-9ABD]|4[0-9A-F]|5[0-9AF]|6[1-9A-F]|7[0-9AE])/gi;

/** An address as .NET writes it: characters that need no escape are unescaped. */
export function plainUri(uri: string): string {
  return uri.replace(PLAIN_CHARACTERS, (escape) => decodeURIComponent(escape));
}

/**
 * .NET's `WebUtility.UrlEncode`: a space becomes `+`, and of the other special characters only `-_.!*()` stay
 * unescaped.
 */
export function formEncode(text: string): string {
  return encodeURIComponent(text).replaceAll("%20", "+").replaceAll("'", "%27").replaceAll("~", "%7E");
}
