import { AppError } from "./app-error.ts";
import type { Registration } from "./registrations.ts";
import type { BindingMetadata, FunctionCallback, FunctionMetadata } from "./worker-types.ts";

/** A binding with the name that it has on the wire. */
export interface NamedBinding {
  readonly name: string;
  readonly binding: BindingMetadata;
}

/** Why a function is not served. The Functions host logs this and serves the other functions. */
export interface FunctionError {
  readonly name: string;
  readonly message: string;
}

/** A registered function, with everything that each call needs prepared once. */
export interface AppFunction {
  readonly name: string;
  readonly id: string;
  readonly metadata: FunctionMetadata;
  readonly callback: FunctionCallback;
  readonly trigger: NamedBinding;
  /** Trigger type in lower case, for example `httptrigger`. */
  readonly triggerType: string;
  /** `in` bindings besides the trigger. */
  readonly extraInputs: readonly NamedBinding[];
  /** `out` bindings, `$return` among them. */
  readonly outputs: readonly NamedBinding[];
  /** By the setting `AzureWebJobs.<name>.Disabled`, or with underscores as on Linux. */
  readonly disabled: boolean;
}

/** What the Functions host accepts as a name; `host` is reserved as well. */
const NAME = /^[a-z][a-z0-9_-]{0,127}$/i;

/**
 * @param setting returns one of the app's settings
 * @throws {AppError} when the Functions host would refuse the function
 */
export function toAppFunction(
  { metadata, callback }: Registration,
  setting: (name: string) => string | undefined,
): AppFunction {
  const { name } = metadata;
  if (!NAME.test(name) || name.toLowerCase() === "host") {
    throw new AppError(
      `'${name}' is not a valid function name: use up to 128 of A-Z, 0-9, _ and -, starting with a letter, and not "host".`,
    );
  }
  const bindings = Object.entries(metadata.bindings).map(([name, binding]) => ({ name, binding }));
  const triggers = bindings.filter(({ binding }) => /trigger$/i.test(binding.type));
  const [trigger] = triggers;
  if (trigger === undefined || triggers.length > 1) {
    throw new AppError(`It has ${triggers.length} triggers; it needs exactly one.`);
  }
  return {
    name,
    id: metadata.functionId ?? name,
    metadata,
    callback,
    trigger,
    triggerType: trigger.binding.type.toLowerCase(),
    extraInputs: bindings.filter(({ binding }) => binding.direction === "in" && binding !== trigger.binding),
    outputs: bindings.filter(({ binding }) => binding.direction === "out"),
    disabled: /^(1|true)$/i.test(
      setting(`AzureWebJobs.${name}.Disabled`) ?? setting(`AzureWebJobs__${name}__Disabled`) ?? "",
    ),
  };
}

/** Order of the Functions host: by name, without case, by code unit. */
export function byName(a: AppFunction, b: AppFunction): number {
  const left = a.name.toUpperCase();
  const right = b.name.toUpperCase();
  return left < right ? -1 : left > right ? 1 : 0;
}
