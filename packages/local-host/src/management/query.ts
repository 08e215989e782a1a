import { RUNTIME_STATUSES, type RuntimeStatus } from "../stores/instance.ts";

const INT32_MAX = 2 ** 31 - 1;

/** The query of a management request, read as leniently as in the extension. Names are case-insensitive. */
export class ManagementQuery {
  readonly #values = new Map<string, string[]>();

  constructor(query: string) {
    for (const [name, value] of new URLSearchParams(query)) {
      const key = name.toLowerCase();
      const values = this.#values.get(key);
      if (values === undefined) this.#values.set(key, [value]);
      else values.push(value);
    }
  }

  text(name: string): string | undefined {
    return this.#values.get(name.toLowerCase())?.[0];
  }

  /** `true` and `false` in any case; anything else is the default. */
  flag(name: string, fallback: boolean): boolean {
    const value = this.text(name)?.trim().toLowerCase();
    return value === "true" ? true : value === "false" ? false : fallback;
  }

  /** Epoch milliseconds; a date that cannot be read counts as absent. */
  date(name: string): number | undefined {
    const value = this.text(name);
    if (value === undefined) return undefined;
    // A time without an offset is in UTC, independent of the machine's time zone.
    const zoned = /(?:z|[+-]\d\d:?\d\d|gmt|utc)\s*$/i.test(value);
    const parsed = Date.parse(zoned ? value : `${value}${value.includes("T") ? "Z" : " UTC"}`);
    return Number.isNaN(parsed) ? undefined : parsed;
  }

  /** A positive whole number that fits .NET's `int`, else undefined. */
  count(name: string): number | undefined {
    const text = this.text(name)?.trim() ?? "";
    const parsed = /^\+?\d+$/.test(text) ? Number(text) : 0;
    return parsed > 0 && parsed <= INT32_MAX ? parsed : undefined;
  }

  /** A positive time span in seconds, fractions allowed, else undefined. */
  seconds(name: string): number | undefined {
    const parsed = Number(this.text(name) ?? Number.NaN);
    return Number.isFinite(parsed) && parsed > 0 ? parsed : undefined;
  }

  /** Comma-separated and repeatable. Unknown names are ignored; if no name is left, there is no filter. */
  runtimeStatuses(): readonly RuntimeStatus[] | undefined {
    const names = (this.#values.get("runtimestatus") ?? []).flatMap((list) => list.split(","));
    const known = RUNTIME_STATUSES.filter((status) => names.some((name) => name.trim() === status));
    return known.length === 0 ? undefined : known;
  }
}
