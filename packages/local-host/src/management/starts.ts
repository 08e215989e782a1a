import type { Clock } from "../clock.ts";
import { TaskHubError } from "../engine/task-hub.ts";
import type { TaskHub } from "../engine/task-hub.ts";
import type { ManagementAddress } from "../invocation/durable-client-input.ts";
import type { FunctionRunner } from "../invocation/function-runner.ts";
import { missingFunction } from "../invocation/missing-function.ts";
import { answerCheckStatus } from "./check-status-response.ts";
import { jsonBody } from "./instance-commands.ts";
import { answerWithStatus } from "./instance-queries.ts";
import { embedded } from "./json-text.ts";
import { ManagementError, argumentError, exceptionBody } from "./management-error.ts";
import type { ManagementRequest } from "./management-request.ts";
import { isFinal } from "../stores/instance.ts";

/** The parts of the host that starts and restarts need. */
export interface StartParts {
  readonly hub: TaskHub;
  readonly clock: Clock;
  readonly address: ManagementAddress;
  readonly runner: FunctionRunner;
}

const MILLISECONDS = 1000;
const MAX_ID_LENGTH = 256;
const UNAVAILABLE = "Microsoft.Azure.WebJobs.Extensions.DurableTask.OrchestratorFunctionUnavailableException";

/** `POST orchestrators/{name}/{id?}`. @throws {ManagementError} 400, 409 */
export async function start(
  parts: StartParts,
  request: ManagementRequest,
  name: string,
  instanceId: string | undefined,
): Promise<void> {
  const wait = waitOf(request);
  const { hub, runner } = parts;
  const input = await startInput(request);
  if (runner.isDisabled("orchestrator", name)) {
    throw new ManagementError(400, { Message: missingFunction(runner, "orchestrator", name) });
  }
  const id = await hub
    .start({
      name,
      instanceId,
      input,
      version: request.query.text("version"),
      traceParent: request.header("traceparent"),
    })
    .catch(async (error: unknown) => {
      if (!isAlreadyThere(error)) throw error;
      throw new ManagementError(409, { Message: await inUse(hub, instanceId ?? "") });
    });
  await answerStart(parts, request, id, wait);
}

/**
 * `Content-Length: 0` means no input; a request without this header and without a body has an empty string as input.
 */
async function startInput(request: ManagementRequest): Promise<string | null> {
  if (!request.announcesBody) return "";
  if (request.header("content-length") === "0") return null;
  return jsonBody(request);
}

/** `POST instances/{id}/restart`. @throws {ManagementError} 400, 409 */
export async function restart(
  parts: StartParts,
  request: ManagementRequest,
  instanceId: string,
): Promise<void> {
  const fresh = request.query.flag("restartWithNewInstanceId", true);
  await restartAs(parts, request, instanceId, fresh ? newInstanceId() : instanceId);
}

/** `POST instances/{id}/restartWithOptions?newInstanceId=&version=`. @throws {ManagementError} 400, 409 */
export async function restartWithOptions(
  parts: StartParts,
  request: ManagementRequest,
  instanceId: string,
): Promise<void> {
  const chosen = request.query.text("newInstanceId");
  if (chosen === undefined || !isValidId(chosen)) {
    throw argumentError("The new instance ID is missing or not valid. (Parameter 'newInstanceId')");
  }
  await restartAs(parts, request, instanceId, chosen, request.query.text("version"));
}

async function restartAs(
  parts: StartParts,
  request: ManagementRequest,
  instanceId: string,
  newId: string,
  version?: string,
): Promise<void> {
  const wait = waitOf(request);
  const { hub, runner } = parts;
  const restarted = (await hub.get(instanceId))?.name ?? "";
  if (runner.isDisabled("orchestrator", restarted)) {
    const message = missingFunction(runner, "orchestrator", restarted);
    throw new ManagementError(400, exceptionBody(message, message, UNAVAILABLE));
  }
  try {
    await hub.restart(instanceId, newId, version);
  } catch (error) {
    if (error instanceof TaskHubError && error.code === "notFound") {
      throw new ManagementError(
        400,
        exceptionBody(
          "InstanceId does not match a valid orchestration instance.",
          `No instance with ID '${instanceId}' was found. (Parameter 'instanceId')`,
          "System.ArgumentException",
        ),
      );
    }
    if (!isAlreadyThere(error)) throw error;
    throw new ManagementError(
      409,
      exceptionBody(
        "A non-terminal instance with this instance ID already exists.",
        await inUse(hub, newId),
        "DurableTask.Core.Exceptions.OrchestrationAlreadyExistsException",
      ),
    );
  }
  await answerStart(parts, request, newId, wait);
}

function isAlreadyThere(error: unknown): boolean {
  return error instanceof TaskHubError && error.code === "alreadyExists";
}

async function inUse(hub: TaskHub, instanceId: string): Promise<string> {
  const status = (await hub.get(instanceId))?.runtimeStatus ?? "Pending";
  return `An Orchestration instance with the status ${status} already exists.`;
}

function newInstanceId(): string {
  return crypto.randomUUID().replaceAll("-", "");
}

function isValidId(id: string): boolean {
  return id.trim() !== "" && id.length <= MAX_ID_LENGTH && !id.startsWith("@") && !/[/\\#?\p{Cc}]/u.test(id);
}

interface Wait {
  readonly timeoutMs: number;
  readonly pollingMs: number;
}

/** Both parameters are needed; with only one, the response does not wait. */
function waitOf({ query }: ManagementRequest): Wait | undefined {
  const timeout = query.seconds("timeout");
  const polling = query.seconds("pollingInterval");
  if (timeout === undefined || polling === undefined) return undefined;
  if (polling > timeout) {
    throw new ManagementError(400, {
      Message: `Total timeout ${timeout} should be bigger than retry timeout ${polling}`,
    });
  }
  return { timeoutMs: timeout * MILLISECONDS, pollingMs: polling * MILLISECONDS };
}

async function answerStart(
  { hub, clock, address }: StartParts,
  request: ManagementRequest,
  instanceId: string,
  wait: Wait | undefined,
): Promise<void> {
  if (wait !== undefined) {
    const deadline = clock.now() + wait.timeoutMs;
    for (;;) {
      const instance = await hub.get(instanceId);
      if (instance?.runtimeStatus === "Completed") {
        request.json(200, embedded(instance.output));
        return;
      }
      if (instance !== undefined && isFinal(instance.runtimeStatus)) {
        await answerWithStatus(hub, request, instance);
        return;
      }
      const now = clock.now();
      if (now >= deadline) break;
      const next = Math.min(now + wait.pollingMs, deadline);
      await new Promise<void>((resolve) => clock.at(next, resolve));
    }
  }
  answerCheckStatus(request, address, instanceId);
}
