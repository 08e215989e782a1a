import type { TypedData } from "../app/typed-data.ts";

/** The parts of one host's management URLs. */
export interface ManagementAddress {
  /** For example `http://127.0.0.1:7071`. */
  readonly origin: string;
  readonly hubName: string;
  /** System key in the URLs, as the extension adds it. */
  readonly key: string;
}

export const WEBHOOK_PATH = "/runtime/webhooks/durabletask";
export const RPC_PATH = "/durabletask";
/** Name of the storage connection in the URLs; the extension's default. */
const CONNECTION_NAME = "Storage";

/** Query of every management URL. */
export function managementQuery({ hubName, key }: ManagementAddress): string {
  return `taskHub=${hubName}&connection=${CONNECTION_NAME}&code=${key}`;
}

/**
 * The value of a `durableClient` input binding: URL templates and the base address that the SDK uses. It is the same
 * for every invocation, so it is created once per host.
 */
export function durableClientInput(address: ManagementAddress): TypedData {
  const base = `${address.origin}${WEBHOOK_PATH}`;
  const query = managementQuery(address);
  const instance = `${base}/instances/INSTANCEID`;
  const code = `code=${address.key}`;
  const create = `${base}/orchestrators/{functionName}[/{instanceId}]`;
  return {
    string: JSON.stringify({
      taskHubName: address.hubName,
      connectionName: null,
      creationUrls: {
        createNewInstancePostUri: `${create}?${code}`,
        createAndWaitOnNewInstancePostUri: `${create}?timeout={timeoutInSeconds}&pollingInterval={intervalInSeconds}&${code}`,
      },
      managementUrls: {
        id: "INSTANCEID",
        statusQueryGetUri: `${instance}?${query}`,
        sendEventPostUri: `${instance}/raiseEvent/{eventName}?${query}`,
        terminatePostUri: `${instance}/terminate?reason={text}&${query}`,
        rewindPostUri: `${instance}/rewind?reason={text}&${query}`,
        purgeHistoryDeleteUri: `${instance}?${query}`,
        restartPostUri: `${instance}/restart?${query}`,
        suspendPostUri: `${instance}/suspend?reason={text}&${query}`,
        resumePostUri: `${instance}/resume?reason={text}&${query}`,
      },
      baseUrl: base,
      requiredQueryStringParameters: code,
      rpcBaseUrl: `${address.origin}${RPC_PATH}/`,
      httpBaseUrl: null,
      maxGrpcMessageSizeInBytes: null,
      grpcHttpClientTimeout: null,
    }),
  };
}
