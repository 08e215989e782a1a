import { useState } from "preact/hooks";
import { startByName } from "../api/management.ts";
import { ErrorLine } from "../parts/error-line.tsx";
import { JsonField } from "../parts/json-field.tsx";
import { instanceHref, navigate } from "../shell/router.ts";

/** Starts any orchestration through the management API. */
export function StartByName() {
  const [name, setName] = useState("");
  const [id, setId] = useState("");
  const [json, setJson] = useState("{}");
  const [error, setError] = useState("");
  const start = async (event: Event) => {
    event.preventDefault();
    setError("");
    try {
      navigate(instanceHref(await startByName(name, id, JSON.parse(json) as unknown)));
    } catch (thrown) {
      setError(
        thrown instanceof SyntaxError
          ? `The input is not JSON: ${thrown.message}`
          : (thrown as Error).message,
      );
    }
  };
  return (
    <form class="operation" onSubmit={(event) => void start(event)}>
      <h1>Start an orchestration by its name</h1>
      <label class="field">
        <span>Name</span>
        <input
          value={name}
          required
          maxLength={256}
          onInput={({ currentTarget }) => setName(currentTarget.value)}
        />
      </label>
      <label class="field">
        <span>
          Id <span class="optional">optional</span>
        </span>
        <input value={id} maxLength={100} onInput={({ currentTarget }) => setId(currentTarget.value)} />
      </label>
      <JsonField label="Input as JSON" rows={10} value={json} onInput={setJson} />
      <ErrorLine text={error} />
      <div class="buttons">
        <button type="submit" class="primary">
          Start
        </button>
      </div>
    </form>
  );
}
