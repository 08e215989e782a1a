/**
 * Splits a management path. It goes once through .NET's form-style decoding before it is split: `+` is a space,
 * `%2F` separates, an escape that is malformed or no UTF-8 stays as it is.
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

/** Escapes of one character by its first byte; others are no UTF-8 and stay as they are. */
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

/** An address the way .NET spells it: characters that need no escape lose it. */
export function plainUri(uri: string): string {
  return uri.replace(PLAIN_CHARACTERS, (escape) => decodeURIComponent(escape));
}

/** .NET's `WebUtility.UrlEncode`: a space becomes `+`, and of the rest only `-_.!*()` stay as they are. */
export function formEncode(text: string): string {
  return encodeURIComponent(text).replaceAll("%20", "+").replaceAll("'", "%27").replaceAll("~", "%7E");
}
