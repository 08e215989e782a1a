/** An error response of the management API, with the extension's body. */
export class ManagementError extends Error {
  readonly status: number;
  /** Serialised as JSON; `undefined` for an empty body. */
  readonly body: unknown;

  constructor(status: number, body?: unknown) {
    super(`HTTP ${status}`);
    this.name = "ManagementError";
    this.status = status;
    this.body = body;
  }
}

/** The extension's body for a .NET exception. The stack is empty, because there is no .NET here. */
export function exceptionBody(message: string, exceptionMessage: string, exceptionType: string): unknown {
  return {
    Message: message,
    ExceptionMessage: exceptionMessage,
    ExceptionType: exceptionType,
    StackTrace: "",
  };
}

export function argumentError(exceptionMessage: string): ManagementError {
  return new ManagementError(
    400,
    exceptionBody(
      "One or more of the arguments submitted is incorrect",
      exceptionMessage,
      "System.ArgumentException",
    ),
  );
}

export function unexpectedError(exceptionMessage: string, exceptionType: string): ManagementError {
  return new ManagementError(
    500,
    exceptionBody("Something went wrong while processing your request", exceptionMessage, exceptionType),
  );
}
