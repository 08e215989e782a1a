/**
 * The message of the app's error, extracted from what the SDK reports for a failed activity or sub-orchestration:
 * `Activity function 'x' failed: <message> \n {"$type":"System.Exception, …}`.
 */
export function failureMessage(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  const withoutDetails = text.split(" \n ")[0] ?? text;
  return withoutDetails.replace(/^(?:Activity|Orchestrator) function '[^']*' failed:\s*/, "").trim();
}
