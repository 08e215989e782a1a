import { AppError } from "./app-error.ts";

/** The values that this host has set in `process.env` for any of its apps; all other values were set outside. */
const put = new Map<string, string>();

const DEFAULTS = { AZURE_FUNCTIONS_ENVIRONMENT: "Development", FUNCTIONS_WORKER_RUNTIME: "node" };

/**
 * The settings of one app: from the environment, else from its `local.settings.json`. A process has one `process.env`
 * for all its apps, so the host reads an app's settings from here.
 */
export class AppEnvironment {
  readonly #own: Readonly<Record<string, string>>;
  /** What the host tells the app about its environment. */
  #facts: Readonly<Record<string, string>> = {};

  /** @param own `Values` of the app's `local.settings.json` */
  constructor(own: Readonly<Record<string, string>>) {
    this.#own = own;
  }

  /** All settings by name. */
  all(): Readonly<Record<string, string>> {
    const outside = Object.entries(process.env).filter(([name, value]) => put.get(name) !== value);
    return { ...DEFAULTS, ...this.#own, ...Object.fromEntries(outside), ...this.#facts };
  }

  /** A setting; the case of names does not matter, as in .NET's configuration. */
  get(name: string): string | undefined {
    return this.reader()(name);
  }

  /** Reads many settings from one copy of the environment, because each copy is slow. */
  reader(): (name: string) => string | undefined {
    const all = this.all();
    const byLowerCase = new Map(
      Object.entries(all)
        .toReversed()
        .map(([name, value]) => [name.toLowerCase(), value]),
    );
    return (name) => all[name] ?? byLowerCase.get(name.toLowerCase());
  }

  /** Replaces every `%NAME%` by the setting of that name. @throws {AppError} when there is none */
  resolve(text: string): string {
    return text.replace(/%([^%]+)%/g, (_, name: string) => {
      const value = this.get(name);
      if (value === undefined) {
        throw new AppError(`The setting "${name}" is missing: "${text}" refers to it.`);
      }
      return value;
    });
  }

  /**
   * Sets all values in `process.env`, where the app's code reads them. Values of another app are replaced: with several
   * apps in one process, the last call counts.
   */
  takeEffect(facts: Readonly<Record<string, string>>): void {
    this.#facts = facts;
    for (const [name, value] of Object.entries(this.all())) {
      if (process.env[name] === value) continue;
      process.env[name] = value;
      put.set(name, value);
    }
  }
}
