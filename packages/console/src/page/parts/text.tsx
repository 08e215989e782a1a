import { useState } from "preact/hooks";

/** Characters that people do not see, or that change the direction of what follows. */
const INVISIBLE = /[\p{Cc}\p{Bidi_Control}\u200B\u2028\u2029\u2060\uFEFF]/gu;
const KEPT = new Set(["\n", "\t"]);
const MOST = 1000;

/** Shows these characters as their code, so that no text looks like another one. */
export function visible(text: string): string {
  return text.replace(INVISIBLE, (character) =>
    KEPT.has(character)
      ? character
      : `‹${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}›`,
  );
}

/** A text from the app on one line; what does not fit is cut by the style. */
export function Text({ value, most = 300 }: { readonly value: string; readonly most?: number }) {
  const shown = visible(value.length > most ? `${value.slice(0, most)}…` : value);
  return (
    <bdi class="text" title={shown}>
      {shown}
    </bdi>
  );
}

/** For example `1 step` or `1,200 steps`. */
export const counted = (count: number, what: string) =>
  `${count.toLocaleString("en")} ${what}${count === 1 ? "" : "s"}`;

/** Of an id's end, which is always shown. */
const END = 12;
const LONGEST_ID = 300;

/** An id on one line: its middle is cut by the style, because the ids of a family differ only at their ends. */
export function Id({ value }: { readonly value: string }) {
  const all = value.length > LONGEST_ID ? `${value.slice(0, LONGEST_ID)}…${value.slice(-END)}` : value;
  const characters = Array.from(visible(all));
  const shown = characters.join("");
  return (
    <bdi class="text id" title={shown}>
      <span class="id-begin">{characters.slice(0, -END).join("")}</span>
      {characters.slice(-END).join("")}
    </bdi>
  );
}

/** A text of any length: the rest of a long one is shown on request. */
export function LongText({ value, label }: { readonly value: string; readonly label: string }) {
  const [isAll, setAll] = useState(false);
  const isLong = value.length > MOST;
  const shown = visible(isLong && !isAll ? value.slice(0, MOST) : value);
  return (
    <div class="long-text">
      <pre class="code" tabIndex={0} aria-label={label}>
        <bdi>{shown}</bdi>
        {isLong && !isAll && "…"}
      </pre>
      {isLong && (
        <button type="button" class="link" onClick={() => setAll(!isAll)}>
          {isAll ? "Show less" : `Show all (${Math.ceil(value.length / 1024)} kB)`}
        </button>
      )}
    </div>
  );
}

/** JSON from the app, indented. */
export function JsonText({ value, label }: { readonly value: unknown; readonly label: string }) {
  if (value === null || value === undefined || value === "") return <span class="none">none</span>;
  return (
    <LongText label={label} value={typeof value === "string" ? value : JSON.stringify(value, null, 2)} />
  );
}
