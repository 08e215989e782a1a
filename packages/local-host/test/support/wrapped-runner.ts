import type { DurableKind, FunctionRunner, InvocationResult } from "../../src/invocation/function-runner.ts";

/** A runner that does everything as another one, so that a test can change how some calls run. */
export class WrappedRunner implements FunctionRunner {
  readonly #inner: FunctionRunner;

  constructor(inner: FunctionRunner) {
    this.#inner = inner;
  }

  find(kind: DurableKind, name: string): string | undefined {
    return this.#inner.find(kind, name);
  }

  isDisabled(kind: DurableKind, name: string): boolean {
    return this.#inner.isDisabled(kind, name);
  }

  names(kind: DurableKind): readonly string[] {
    return this.#inner.names(kind);
  }

  run(...call: Parameters<FunctionRunner["run"]>): Promise<InvocationResult> {
    return this.#inner.run(...call);
  }
}
