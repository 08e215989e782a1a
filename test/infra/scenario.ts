import { readFileSync } from "node:fs";
import { join } from "node:path";
import { SCENARIOS } from "../../tools/infra-snapshots.ts";

export const SCENARIO_NAMES = [
  "smallest",
  "warm",
  "scheduler",
  "zones",
  "zones-scheduler",
  "private",
  "private-scheduler",
  "watched",
] as const;
export type ScenarioName = (typeof SCENARIO_NAMES)[number];

/** A resource as it would be sent to Azure; what is only known there is an expression in brackets. */
export interface PredictedResource {
  readonly id: string;
  readonly type: string;
  readonly name: string;
  readonly apiVersion: string;
  readonly location?: string;
  readonly kind?: string;
  readonly sku?: { readonly name: string };
  readonly tags?: Readonly<Record<string, string>>;
  readonly identity?: { readonly type: string };
  // oxlint-disable-next-line typescript/no-explicit-any -- every type of resource has other properties
  readonly properties: Readonly<Record<string, any>>;
}

export class Scenario {
  readonly resources: readonly PredictedResource[];

  constructor(name: ScenarioName) {
    const snapshot = JSON.parse(readFileSync(join(SCENARIOS, `${name}.snapshot.json`), "utf8")) as {
      predictedResources: PredictedResource[];
    };
    this.resources = snapshot.predictedResources;
  }

  all(type: string): PredictedResource[] {
    return this.resources.filter((resource) => resource.type === type);
  }

  one(type: string): PredictedResource {
    const [found] = this.all(type);
    const count = this.all(type).length;
    if (!found || count > 1) throw new Error(`${count} of ${type}, not one`);
    return found;
  }

  get appSettings(): Readonly<Record<string, string>> {
    return this.one("Microsoft.Web/sites/config").properties;
  }
}
