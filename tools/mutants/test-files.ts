import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { LOCAL, ROOT } from "../run.ts";

const FILE = join(LOCAL, "mutants", "tests.json");

/** The behaviour of a test file without a mutant. */
export interface TestFile {
  readonly passes: boolean;
  readonly ms: number;
  /** Keys of the mutants that were checked, and of those that affect it. */
  readonly asked: readonly string[];
  readonly reached: readonly string[];
}

type Known = TestFile & { readonly hash: string };

/** The known data of test files, also from earlier runs, as long as the files do not change. */
export class TestFiles {
  readonly #known: Map<string, Known>;

  /** @param goOn uses the results of earlier runs */
  constructor(goOn: boolean) {
    const before = goOn && existsSync(FILE) ? readFileSync(FILE, "utf8") : "{}";
    this.#known = new Map(Object.entries(JSON.parse(before) as Record<string, Known>));
  }

  of(test: string): TestFile | undefined {
    const known = this.#known.get(test);
    return known?.hash === hashOf(test) ? known : undefined;
  }

  set(test: string, found: TestFile): void {
    this.#known.set(test, { ...found, hash: hashOf(test) });
    mkdirSync(dirname(FILE), { recursive: true });
    writeFileSync(FILE, JSON.stringify(Object.fromEntries(this.#known)));
  }

  /** The fastest first, because most mutants are noticed by many tests. Unknown ones come last. */
  inOrder(tests: readonly string[]): string[] {
    const time = (test: string) => this.#known.get(test)?.ms ?? Number.MAX_VALUE;
    return tests.toSorted((one, other) => time(one) - time(other));
  }
}

function hashOf(test: string): string {
  return createHash("sha256")
    .update(readFileSync(join(ROOT, test)))
    .digest("hex");
}
