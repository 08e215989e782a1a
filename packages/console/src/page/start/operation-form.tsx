import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { Operation, Parameter, Schema } from "../api/openapi.ts";
import { useApp } from "../shell/app-context.ts";
import { Field, type FieldErrors, listIdOf, pointerOf } from "./fields.tsx";
import { Result } from "./process-result.tsx";
import { sampleOf, textOf, type Value, withPart } from "./sample.ts";
import { type Outcome, sendOperation } from "./send-operation.ts";
import { type Suggestions, suggestionsFor } from "./suggestions.ts";

interface OperationFormProps {
  readonly operation: Operation;
  /** Values of parameters that are known. */
  readonly known: URLSearchParams;
}

const UNREACHABLE = { isOk: false, status: 0, body: undefined, errors: {} };

/** The form of one operation, once what exists is known: its ids are suggested. */
export function OperationForm({ operation, known }: OperationFormProps) {
  const { openApi } = useApp();
  const resolve = openApi?.resolve ?? sameSchema;
  const [suggestions, setSuggestions] = useState<Suggestions>();
  useEffect(() => {
    const end = new AbortController();
    void suggestionsFor(operation, resolve, end.signal).then(
      (found) => end.signal.aborted || setSuggestions(found),
    );
    return () => end.abort();
  }, [operation]);
  if (suggestions === undefined) return null;
  return (
    <>
      <Form operation={operation} known={known} suggestions={suggestions} />
      {[...suggestions].map(([name, { values }]) => (
        <datalist key={name} id={listIdOf(name)}>
          {values.map((value) => (
            <option key={value} value={value} />
          ))}
        </datalist>
      ))}
    </>
  );
}

const sameSchema = (schema: Schema) => schema;

/** With sample values in it. */
function Form({ operation, known, suggestions }: OperationFormProps & { readonly suggestions: Suggestions }) {
  const { openApi } = useApp();
  const [parameters, setParameters] = useState(() =>
    initialParameters(operation.parameters, known, suggestions),
  );
  const [json, setJson] = useState(() => initialJson(operation, openApi?.resolve ?? sameSchema, suggestions));
  const [text, setText] = useState(operation.text ?? "");
  const [file, setFile] = useState<File>();
  const [outcome, setOutcome] = useState<Outcome>();
  const [isBusy, setBusy] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  useLayoutEffect(() => showOutcome(form.current, outcome), [outcome]);
  const submit = async (event: Event) => {
    event.preventDefault();
    if (isBusy) return;
    setBusy(true);
    setOutcome(undefined);
    const body = file ?? (operation.text === undefined ? undefined : new Blob([text]));
    const contentType = mediaTypeOf(operation, file);
    const sent = sendOperation(operation, { parameters, json, file: body, contentType });
    setOutcome(await sent.catch((error: Error) => ({ ...UNREACHABLE, message: error.message })));
    setBusy(false);
  };
  const errors = outcome?.errors ?? {};
  return (
    <form class="operation" ref={form} onSubmit={(event) => void submit(event)} noValidate>
      <h1>{operation.summary === "" ? operation.id : operation.summary}</h1>
      <p class="mono address">
        <span class="method">{operation.method}</span> {operation.path}
      </p>
      <NothingLeft suggestions={suggestions} />
      <Parameters operation={operation} values={parameters} errors={errors} onChange={setParameters} />
      {operation.json !== undefined && (
        <Body schema={operation.json} value={json} errors={errors} onChange={setJson} />
      )}
      {operation.mediaTypes.length > 0 && (
        <FileOrText operation={operation} text={text} onText={setText} onFile={setFile} />
      )}
      <div class="buttons">
        {/* Not disabled while busy, because it would lose the focus. */}
        <button
          type="submit"
          class={operation.method === "DELETE" ? "danger" : "primary"}
          aria-disabled={isBusy}
        >
          {operation.isStart ? "Start" : "Send"}
        </button>
      </div>
      {outcome !== undefined && <Result outcome={outcome} />}
    </form>
  );
}

/** The first wrong field gets the focus; without one, the answer is brought into view. */
function showOutcome(form: HTMLElement | null, outcome: Outcome | undefined): void {
  if (outcome === undefined) return;
  const wrong = form?.querySelector<HTMLElement>('[aria-invalid="true"]');
  const fold = wrong?.closest("details");
  if (fold) fold.open = true;
  if (wrong) wrong.focus();
  else form?.querySelector(".result")?.scrollIntoView({ block: "nearest" });
}

const keyOf = ({ in: place, name }: Parameter) => `${place} ${name}`;

function initialParameters(
  parameters: readonly Parameter[],
  known: URLSearchParams,
  suggestions: Suggestions,
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    parameters.map((parameter) => {
      const { name, in: place, schema } = parameter;
      const own = () => textOf(sampleOf(schema, sameSchema, name));
      const sample = place === "path" ? sampleFor(name, suggestions, own) : "";
      return [keyOf(parameter), known.get(name) ?? sample];
    }),
  );
}

function initialJson(
  { json, isBodyRequired }: Operation,
  resolve: (schema: Schema) => Schema,
  suggestions: Suggestions,
): Value | undefined {
  if (json === undefined || !isBodyRequired) return undefined;
  const sample = sampleOf(json, resolve);
  if (typeof sample !== "object" || sample === null || Array.isArray(sample)) return sample;
  return Object.fromEntries(
    Object.entries(sample).map(([name, value]) => [name, sampleFor(name, suggestions, () => value)]),
  );
}

/** Of something that exists; empty if there is only what does not fit. */
function sampleFor<T>(name: string, suggestions: Suggestions, own: () => T): T | string {
  const suggestion = suggestions.get(name);
  return suggestion === undefined ? own() : (suggestion.sample ?? "");
}

/** For fields that stay empty. */
function NothingLeft({ suggestions }: { readonly suggestions: Suggestions }) {
  const names = [...suggestions].filter(([, { sample }]) => sample === undefined).map(([name]) => name);
  if (names.length === 0) return null;
  return (
    <p class="hint">
      Nothing that exists fits {names.join(", ")}: it did not end well, or it was used before. Start a new one
      first, or choose one.
    </p>
  );
}

interface FileOrTextProps {
  readonly operation: Operation;
  readonly text: string;
  readonly onText: (text: string) => void;
  readonly onFile: (file: File | undefined) => void;
}

function FileOrText({ operation, text, onText, onFile }: FileOrTextProps) {
  return (
    <>
      {operation.text !== undefined && (
        <label class="field">
          <span>Body</span>
          <textarea
            rows={8}
            spellcheck={false}
            value={text}
            onInput={({ currentTarget }) => onText(currentTarget.value)}
          />
        </label>
      )}
      <label class="field">
        <span>{operation.text === undefined ? "File" : "Or a file"}</span>
        <input
          type="file"
          accept={operation.mediaTypes.join(",")}
          onChange={({ currentTarget }) => onFile(currentTarget.files?.[0])}
        />
        <span class="hint">{operation.mediaTypes.join(", ")}</span>
      </label>
    </>
  );
}

/** The file's own type, unless the operation takes another one only. */
function mediaTypeOf({ mediaTypes }: Operation, file: File | undefined): string | undefined {
  if (file === undefined) return mediaTypes[0];
  return mediaTypes.includes(file.type) || mediaTypes.length === 0 ? file.type : mediaTypes[0];
}

/** The errors of a parameter, at the pointer of its field. */
function errorsOf(parameter: Parameter, errors: FieldErrors): FieldErrors {
  const message = errors[`#${parameter.in}/${parameter.name}`];
  return message === undefined ? {} : { [pointerOf([keyOf(parameter)])]: message };
}

interface ParametersProps {
  readonly operation: Operation;
  readonly values: Readonly<Record<string, string>>;
  readonly errors: FieldErrors;
  readonly onChange: (values: Readonly<Record<string, string>>) => void;
}

function Parameters({ operation, values, errors, onChange }: ParametersProps) {
  const field = (parameter: Parameter) => (
    <Field
      key={keyOf(parameter)}
      name={parameter.name}
      schema={{ ...parameter.schema, type: "string" }}
      value={values[keyOf(parameter)] ?? ""}
      path={[keyOf(parameter)]}
      isRequired={parameter.required}
      errors={errorsOf(parameter, errors)}
      onChange={(_, value) =>
        onChange({ ...values, [keyOf(parameter)]: typeof value === "string" ? value : "" })
      }
    />
  );
  const headers = operation.parameters.filter((parameter) => parameter.in === "header");
  return (
    <>
      {operation.parameters.filter((parameter) => parameter.in !== "header").map(field)}
      {headers.length > 0 && (
        <details>
          <summary>Headers</summary>
          {headers.map(field)}
        </details>
      )}
    </>
  );
}

interface BodyProps {
  readonly schema: NonNullable<Operation["json"]>;
  readonly value: Value | undefined;
  readonly errors: FieldErrors;
  readonly onChange: (value: Value | undefined) => void;
}

/** As fields, or as JSON. */
function Body({ schema, value, errors, onChange }: BodyProps) {
  const [text, setText] = useState<string>();
  const [error, setError] = useState("");
  if (text === undefined) {
    return (
      <>
        <button type="button" class="link mode" onClick={() => setText(JSON.stringify(value ?? {}, null, 2))}>
          Edit as JSON
        </button>
        <Field
          name="body"
          schema={schema}
          value={value}
          path={[]}
          isRequired
          errors={errors}
          onChange={(path, part) => onChange(withPart(value ?? {}, path, part))}
        />
      </>
    );
  }
  const edit = (written: string) => {
    setText(written);
    try {
      onChange(JSON.parse(written) as Value);
      setError("");
    } catch (thrown) {
      setError((thrown as Error).message);
    }
  };
  return (
    <label class="field">
      <span>Body as JSON</span>
      <textarea
        class="mono"
        rows={14}
        spellcheck={false}
        value={text}
        aria-invalid={error !== ""}
        onInput={({ currentTarget }) => edit(currentTarget.value)}
      />
      {error !== "" && <span class="error">{error}</span>}
      <button type="button" class="link" disabled={error !== ""} onClick={() => setText(undefined)}>
        Edit as fields
      </button>
    </label>
  );
}
