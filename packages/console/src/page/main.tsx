import { render } from "preact";
import { useEffect, useState } from "preact/hooks";
import { MANAGEMENT_PATH } from "../api/management-api.ts";
import type { InstanceStatus } from "../api/management-api.ts";

/** The newest state of the first page of instances. */
function Instances() {
  const [instances, setInstances] = useState<readonly InstanceStatus[]>([]);
  const [error, setError] = useState("");
  useEffect(() => {
    void fetch(`${MANAGEMENT_PATH}/instances?showInput=false`)
      .then(async (response) => setInstances((await response.json()) as InstanceStatus[]))
      .catch(() => setError("The app does not answer."));
  }, []);
  return (
    <main>
      <h1>Durable console</h1>
      {error !== "" && <p role="alert">{error}</p>}
      <ul>
        {instances.map(({ instanceId, name, runtimeStatus }) => (
          <li key={instanceId}>
            <bdi>{name}</bdi> <bdi>{instanceId}</bdi>: {runtimeStatus}
          </li>
        ))}
      </ul>
    </main>
  );
}

render(<Instances />, document.body);
