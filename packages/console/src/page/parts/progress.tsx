import type { Json } from "../../api/management-api.ts";
import { Text } from "./text.tsx";

/** What a custom status says in one line. */
export interface Summary {
  /** From 0 to 1. */
  readonly share?: number | undefined;
  readonly text: string;
}

const number = (value: unknown) => (typeof value === "number" && Number.isFinite(value) ? value : undefined);

/** Understands what is common: `done` of `total`, `percent`, `step`, `waitingFor`, `message`. */
export function summaryOf(status: Json): Summary | undefined {
  if (status === null || status === "") return undefined;
  if (typeof status === "string") return { text: status };
  if (typeof status !== "object" || Array.isArray(status)) return { text: JSON.stringify(status) };
  return summaryOfFields(status as Fields);
}

type Fields = Readonly<Record<string, Json>>;

function summaryOfFields(fields: Fields): Summary {
  const words = wordsOf(fields);
  const done = number(fields["done"]) ?? number(fields["completed"]) ?? number(fields["processed"]);
  const total = number(fields["total"]);
  const percent = number(fields["percent"]) ?? number(fields["percentage"]);
  if (done !== undefined && total !== undefined && total > 0) {
    return { share: clamp(done / total), text: [`${done} of ${total}`, ...words].join(" · ") };
  }
  if (percent !== undefined) {
    return { share: clamp(percent / 100), text: [`${percent} %`, ...words].join(" · ") };
  }
  return { text: words.length > 0 ? words.join(" · ") : scalarsOf(fields) };
}

function wordsOf(fields: Fields): readonly string[] {
  const texts = ["step", "state", "phase", "message"].map((name) => fields[name]);
  const waiting = fields["waitingFor"];
  const words = texts.filter((text) => typeof text === "string" && text !== "") as string[];
  return typeof waiting === "string" && waiting !== "" ? [...words, `waiting for ${waiting}`] : words;
}

/** For example `applied 3 · failed 0`. */
function scalarsOf(fields: Fields): string {
  const scalars = Object.entries(fields).filter(([, value]) => value !== null && typeof value !== "object");
  if (scalars.length === 0) return Object.keys(fields).join(", ");
  return scalars
    .map(([name, value]) => `${name} ${typeof value === "string" ? value : JSON.stringify(value)}`)
    .join(" · ");
}

const clamp = (share: number) => Math.min(1, Math.max(0, share));

export function Progress({ status }: { readonly status: Json }) {
  const summary = summaryOf(status);
  if (summary === undefined) return null;
  return (
    <span class="progress">
      {summary.share !== undefined && <progress value={summary.share} max={1} aria-label="Progress" />}
      <Text value={summary.text} most={160} />
    </span>
  );
}
