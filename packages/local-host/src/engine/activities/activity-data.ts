import type { TypedData } from "../../app/typed-data.ts";
import type { InvocationResult } from "../../invocation/function-runner.ts";
import { asObject, parsedJson } from "../../json.ts";
import type { FailureDetails, TaskFailure } from "../history/events.ts";

/** The wire form of an activity's input; `input` is its JSON text. */
export function activityInput(input: string | null): TypedData {
  if (input === null) return {};
  // Objects and arrays are passed as they are, without parsing.
  if (input.startsWith("{") || input.startsWith("[")) return { string: input };
  const value: unknown = JSON.parse(input);
  switch (typeof value) {
    case "string":
      return { string: value };
    case "boolean":
      // The extension writes booleans as .NET does, which is not JSON, so the function gets a string.
      return { string: value ? "True" : "False" };
    default:
      return value === null ? {} : { string: input };
  }
}

/** JSON text of what a function returned, or null for nothing. */
export function resultText(value: TypedData | null | undefined): string | null {
  if (value === null || value === undefined) return null;
  if (value.json !== undefined) return value.json;
  if (value.string !== undefined) return JSON.stringify(value.string);
  if (value.int !== undefined) return String(value.int);
  if (value.double !== undefined) return JSON.stringify(value.double);
  if (value.bytes !== undefined) return JSON.stringify(Buffer.from(value.bytes).toString("base64"));
  return null;
}

/** The failure of an activity function as the extension reports it. */
export function activityFailure(
  name: string,
  { message, stack }: Extract<InvocationResult, { ok: false }>,
): TaskFailure {
  const failureDetails = toFailureDetails(parsedJson(message));
  if (failureDetails !== undefined) {
    return {
      Reason: `Activity function '${name}' failed with an unhandled exception.`,
      Details: null,
      FailureDetails: failureDetails,
    };
  }
  return {
    Reason: `Activity function '${name}' failed: ${message}`,
    Details: serializedException(message, stack),
    FailureDetails: null,
  };
}

/**
 * With an exception properties provider, the SDK replaces the message of an error by JSON that contains the properties;
 * the extension converts exactly that shape to failure details.
 */
function toFailureDetails(value: unknown): FailureDetails | undefined {
  const { errorType, errorMessage, stackTrace, isNonRetriable, properties, innerFailure } = asObject(value);
  if (typeof errorType !== "string" || typeof errorMessage !== "string") return undefined;
  return {
    ErrorType: errorType,
    ErrorMessage: errorMessage,
    StackTrace: typeof stackTrace === "string" ? stackTrace : null,
    InnerFailure: toFailureDetails(innerFailure) ?? null,
    IsNonRetriable: isNonRetriable === true,
    Properties: typeof properties === "object" && properties !== null ? { ...properties } : null,
  };
}

const COR_E_EXCEPTION = -2146233088;

/** An exception as .NET serialises it; the orchestrator sees this text after the reason. */
function serializedException(message: string, stack: string): string {
  return JSON.stringify({
    $type: "System.Exception, System.Private.CoreLib",
    ClassName: "System.Exception",
    Message: message,
    Data: null,
    InnerException: {
      $type: "Microsoft.Azure.WebJobs.Script.Workers.Rpc.RpcException, Microsoft.Azure.WebJobs.Script",
      IsUserException: false,
      RemoteStackTrace: stack,
      RemoteMessage: message,
      RemoteTypeName: null,
      Message: `Result: Failure\nException: ${message}\nStack: ${stack}`,
      InnerException: null,
    },
    HelpURL: null,
    StackTraceString: null,
    RemoteStackTraceString: null,
    RemoteStackIndex: 0,
    ExceptionMethod: null,
    HResult: COR_E_EXCEPTION,
    Source: null,
    WatsonBuckets: null,
  });
}

/** The failure of a `callHttp` request that got no response. */
export function httpFailure(message: string): TaskFailure {
  return {
    Reason: message,
    Details: JSON.stringify({
      $type: "System.Net.Http.HttpRequestException, System.Net.Http",
      StatusCode: null,
      Message: message,
      Data: null,
      InnerException: null,
      HelpLink: null,
      Source: "System.Net.Http",
      HResult: COR_E_EXCEPTION,
      StackTrace: null,
    }),
    FailureDetails: null,
  };
}
