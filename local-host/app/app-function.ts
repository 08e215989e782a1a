import { AppError } from "./app-error.ts";
import type { Registration } from "./registrations.ts";
import type { BindingMetadata, FunctionCallback, FunctionMetadata } from "./worker-types.ts";

/** A binding with the name under which it travels. */
export interface NamedBinding {
  readonly name: string;
  readonly binding: BindingMetadata;
}

/** A registered function with what the hot path needs looked up once. */
export interface AppFunction {
  readonly name: string;
  readonly id: string;
  readonly metadata: FunctionMetadata;
  readonly callback: FunctionCallback;
  readonly trigger: NamedBinding;
  /** Trigger type in lower case, for example `httptrigger`. */
  readonly triggerType: string;
  /** `in` bindings beside the trigger. */
  readonly extraInputs: readonly NamedBinding[];
  /** `out` bindings, `$return` among them. */
  readonly outputs: readonly NamedBinding[];
  /** Set by the setting `AzureWebJobs.<name>.Disabled`. */
  readonly disabled: boolean;
}

/**
 * @param settings of the app, by name
 * @throws {AppError} when the function has no trigger or more than one
 */
export function toAppFunction(
  { metadata, callback }: Registration,
  settings: Readonly<Record<string, string>>,
): AppFunction {
  const bindings = Object.entries(metadata.bindings).map(([name, binding]) => ({ name, binding }));
  const triggers = bindings.filter(({ binding }) => /trigger$/i.test(binding.type));
  const [trigger] = triggers;
  if (trigger === undefined || triggers.length > 1) {
    throw new AppError(`Function "${metadata.name}" has ${triggers.length} triggers; it needs exactly one.`);
  }
  return {
    name: metadata.name,
    id: metadata.functionId ?? metadata.name,
    metadata,
    callback,
    trigger,
    triggerType: trigger.binding.type.toLowerCase(),
    extraInputs: bindings.filter(({ binding }) => binding.direction === "in" && binding !== trigger.binding),
    outputs: bindings.filter(({ binding }) => binding.direction === "out"),
    disabled: /^(1|true)$/i.test(settings[`AzureWebJobs.${metadata.name}.Disabled`] ?? ""),
  };
}

/** Order of the Functions host: by name, without case, by code unit. */
export function byName(a: AppFunction, b: AppFunction): number {
  const left = a.name.toUpperCase();
  const right = b.name.toUpperCase();
  return left < right ? -1 : left > right ? 1 : 0;
}
