/** A .NET type name as the extension writes it into the messages between orchestrations and entities. */
export function messageType(
  name: "RequestMessage" | "ResponseMessage" | "ReleaseMessage" | "EntityId",
): string {
  return `Microsoft.Azure.WebJobs.Extensions.DurableTask.${name}, Microsoft.Azure.WebJobs.Extensions.DurableTask`;
}

/** An operation or, with a lockset, a request to lock. Texts are JSON; times are ISO 8601. */
export interface RequestMessage {
  readonly $type?: string;
  readonly op: string | null;
  readonly signal?: boolean;
  readonly input?: string;
  readonly id: string;
  readonly parent?: string;
  readonly parentExecution?: string;
  readonly due?: string;
  readonly Timestamp?: string;
  readonly Predecessor?: string;
  readonly lockset?: readonly { readonly $type?: string; readonly name: string; readonly key: string }[];
  /** Index into the lockset of the entity that the request has come to; absent = 0. */
  readonly pos?: number;
  readonly requestTime?: string;
}

/** Ends a lock. */
export interface ReleaseMessage {
  readonly $type?: string;
  readonly parent: string;
  readonly id: string;
}
