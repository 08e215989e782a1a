const SECOND_MS = 1000;

const FORMS: readonly RegExp[] = [
  /^(?<d>\d+)$/,
  /^(?<h>\d+):(?<m>\d+)$/,
  /^(?<h>\d+):(?<m>\d+):(?<s>\d+(?:\.\d{1,7})?)$/,
  /^(?<d>\d+)[.:](?<h>\d+):(?<m>\d+)$/,
  /^(?<d>\d+)[.:](?<h>\d+):(?<m>\d+):(?<s>\d+(?:\.\d{1,7})?)$/,
];

/**
 * Milliseconds of a time span as .NET's `TimeSpan.Parse` reads it: it takes the first format in which every part is in
 * range. So `24:00:00` is 24 days, because hours end at 23. `undefined` for anything else, and for negative spans.
 */
export function timeSpanMs(value: unknown): number | undefined {
  if (typeof value !== "string") return undefined;
  for (const form of FORMS) {
    const { d = "0", h = "0", m = "0", s = "0" } = form.exec(value.trim())?.groups ?? { h: "none" };
    if (Number(h) < 24 && Number(m) < 60 && Number(s) < 60) {
      return (((Number(d) * 24 + Number(h)) * 60 + Number(m)) * 60 + Number(s)) * SECOND_MS;
    }
  }
  return undefined;
}
