import * as fc from "fast-check";

/** The parts of a JSON schema that determine which values it accepts. */
export interface Schema {
  readonly $ref?: string;
  readonly type?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly format?: string;
  readonly pattern?: string;
}

const TEXTS = ["Sample", "Müller & Söhne", "名前", "A-1 (2nd floor)", "=1+1"];
const FORMATS: Readonly<Record<string, readonly string[]>> = {
  email: ["customer@example.com"],
  date: ["2026-01-01", "2026-12-31"],
  "date-time": ["2026-01-01T00:00:00Z"],
  duration: ["PT1S", "PT1M"],
  uri: ["https://example.com/"],
};

/** Values that a schema takes. @param find a shared schema by its reference */
export function valuesOf(schema: Schema, find: (ref: string) => Schema): fc.Arbitrary<unknown> {
  const values = (inner: Schema) => valuesOf(inner, find);
  if (schema.$ref !== undefined) return values(find(schema.$ref));
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (schema.enum) return fc.constantFrom(...schema.enum);
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices) return fc.oneof(...choices.map(values));
  return BY_TYPE[schema.type ?? ""]?.(schema, values) ?? fc.jsonValue({ maxDepth: 1 });
}

type Values = (inner: Schema) => fc.Arbitrary<unknown>;

const BY_TYPE: Readonly<Record<string, (schema: Schema, values: Values) => fc.Arbitrary<unknown>>> = {
  object({ properties = {}, required = [] }, values) {
    const members = Object.entries(properties).map(([name, inner]) => [name, values(inner)] as const);
    return fc.record(Object.fromEntries(members), { requiredKeys: [...required] });
  },
  array({ minItems: minLength = 0, maxItems = 3, items = {} }, values) {
    return fc.array(values(items), { minLength, maxLength: Math.max(minLength, Math.min(3, maxItems)) });
  },
  integer: ({ minimum: min = 0, maximum: max = 1000 }) => fc.integer({ min, max }),
  boolean: () => fc.boolean(),
  string: texts,
};

function texts({ format = "", pattern }: Schema): fc.Arbitrary<string> {
  const usual = FORMATS[format];
  if (usual) return fc.constantFrom(...usual);
  const fitting = TEXTS.filter((text) => pattern === undefined || new RegExp(pattern, "u").test(text));
  // Values with a stricter pattern, such as ids, are generated from the pattern.
  return fitting.length > 0 ? fc.constantFrom(...fitting) : fc.stringMatching(new RegExp(pattern ?? ""));
}
