import type { ServerResponse } from "node:http";
import type { ConsoleError } from "../api/local-host-extras.ts";

/** Answers JSON that no cache keeps. */
export function answerJson(response: ServerResponse, status: number, body: unknown): void {
  const headers = { "content-type": "application/json; charset=utf-8", "cache-control": "no-store" };
  response.writeHead(status, headers).end(JSON.stringify(body));
}

export function answerError(response: ServerResponse, status: number, error: string): void {
  answerJson(response, status, { error } satisfies ConsoleError);
}
