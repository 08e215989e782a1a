import type { Schema } from "../api/openapi.ts";
import { Text } from "../parts/text.tsx";
import { useApp } from "../shell/app-context.ts";
import { sampleOf, textOf, type Value } from "./sample.ts";

/** Messages by JSON pointer, as in problem+json. */
export type FieldErrors = Readonly<Record<string, string>>;

export interface FieldProps {
  readonly name: string;
  readonly schema: Schema;
  readonly value: Value | undefined;
  readonly path: readonly string[];
  readonly isRequired: boolean;
  readonly errors: FieldErrors;
  readonly onChange: (path: readonly string[], value: Value | undefined) => void;
}

export const pointerOf = (path: readonly string[]) =>
  path.map((part) => `/${part.replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");

/** Id of the list of suggestions for fields of this name. */
export const listIdOf = (name: string) => `suggestions-${name}`;

/** A field of any schema; objects and lists hold fields of their own. */
export function Field(props: FieldProps) {
  const { openApi } = useApp();
  const schema = openApi?.resolve(props.schema) ?? props.schema;
  if (schema.properties !== undefined) return <ObjectField {...props} schema={schema} />;
  if (schema.type === "array" && schema.items !== undefined) {
    return <ListField {...props} schema={schema} items={schema.items} />;
  }
  return <ScalarField {...props} schema={schema} />;
}

export function ErrorText({ id, message }: { readonly id: string; readonly message: string | undefined }) {
  if (message === undefined) return null;
  return (
    <span class="error" id={id}>
      <Text value={message} most={500} />
    </span>
  );
}

function ObjectField({ name, schema, value, path, isRequired, errors, onChange }: FieldProps) {
  const { openApi } = useApp();
  const fields = Object.entries(schema.properties ?? {});
  const isAbsent = value === undefined || value === null;
  const add = () => onChange(path, openApi === undefined ? {} : sampleOf(schema, openApi.resolve, name));
  const content = fields.map(([key, property]) => (
    <Field
      key={key}
      name={key}
      schema={property}
      value={isAbsent ? undefined : (value as Readonly<Record<string, Value>>)[key]}
      path={[...path, key]}
      isRequired={schema.required?.includes(key) ?? false}
      errors={errors}
      onChange={onChange}
    />
  ));
  if (path.length === 0) return <>{content}</>;
  return (
    <fieldset>
      <legend>
        {name} {!isRequired && <Optional />}
      </legend>
      {isAbsent ? (
        <button type="button" class="link" onClick={add}>
          Add {name}
        </button>
      ) : (
        content
      )}
      {!isAbsent && !isRequired && (
        <button type="button" class="link" onClick={() => onChange(path, undefined)}>
          Remove {name}
        </button>
      )}
      <ErrorText id={`error-${pointerOf(path)}`} message={errors[pointerOf(path)]} />
    </fieldset>
  );
}

const Optional = () => <span class="optional">optional</span>;

function ListField({ name, items, value, path, errors, onChange }: FieldProps & { readonly items: Schema }) {
  const { openApi } = useApp();
  const list = Array.isArray(value) ? value : [];
  const add = () => {
    const item = openApi === undefined ? null : sampleOf(items, openApi.resolve, name);
    onChange(path, [...list, item]);
  };
  return (
    <fieldset>
      <legend>{name}</legend>
      {list.map((item, at) => (
        <div class="item" key={at}>
          <Field
            name={`${name} ${at + 1}`}
            schema={items}
            value={item}
            path={[...path, String(at)]}
            isRequired
            errors={errors}
            onChange={onChange}
          />
          <button
            type="button"
            class="link"
            aria-label={`Remove ${name} ${at + 1}`}
            onClick={() => onChange([...path, String(at)], undefined)}
          >
            Remove
          </button>
        </div>
      ))}
      <button type="button" class="link" onClick={add}>
        Add to {name}
      </button>
      <ErrorText id={`error-${pointerOf(path)}`} message={errors[pointerOf(path)]} />
    </fieldset>
  );
}

function ScalarField({ name, schema, value, path, isRequired, errors, onChange }: FieldProps) {
  const pointer = pointerOf(path);
  const message = errors[pointer];
  const set = (text: string) =>
    onChange(path, text === "" && !isRequired ? undefined : valueOf(text, schema));
  const common = {
    "aria-invalid": message !== undefined,
    "aria-describedby": message === undefined ? undefined : `error-${pointer}`,
    "data-pointer": pointer,
  };
  const text = textOf(value);
  const choices = schema.enum ?? (schema.type === "boolean" ? [true, false] : undefined);
  return (
    <label class="field">
      <span>
        {name} {!isRequired && <Optional />}
      </span>
      {choices === undefined ? (
        <input
          {...common}
          value={text}
          list={listIdOf(name)}
          inputMode={isNumber(schema) ? "decimal" : undefined}
          placeholder={schema.default === undefined ? undefined : JSON.stringify(schema.default)}
          onInput={({ currentTarget }) => set(currentTarget.value)}
        />
      ) : (
        <select {...common} value={text} onChange={({ currentTarget }) => set(currentTarget.value)}>
          {!isRequired && <option value="" />}
          {choices.map((choice) => (
            <option key={String(choice)}>{String(choice)}</option>
          ))}
        </select>
      )}
      {schema.description !== undefined && <span class="hint">{schema.description}</span>}
      <ErrorText id={`error-${pointer}`} message={message} />
    </label>
  );
}

const isNumber = ({ type }: Schema) => type === "integer" || type === "number";

/** What is not a number is sent as it is: the app says what is wrong with it. */
function valueOf(text: string, schema: Schema): Value {
  if (isNumber(schema) && text.trim() !== "" && Number.isFinite(Number(text))) return Number(text);
  if (schema.type === "boolean") return text === "true";
  return text;
}
