import { BaseSequencer, type TestSpecification } from "vitest/node";

/**
 * Spreads the end-to-end tests, which mostly wait for their host, among the others: all at once at the beginning, as
 * the runner sorts them, they would leave the processors idle.
 */
export class Spread extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const waiting = sorted.filter(({ project }) => project.name === "e2e");
    const working = sorted.filter(({ project }) => project.name !== "e2e");
    const mixed = working.flatMap((file, i) => (i % 3 === 0 ? [file, ...waiting.splice(0, 1)] : [file]));
    return [...mixed, ...waiting];
  }
}
