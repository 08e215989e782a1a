import type { IncomingMessage, ServerResponse } from "node:http";
import { createRequire } from "node:module";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { AppError } from "../app/app-error.ts";
import { messageOf } from "../errors.ts";
import type { ConsoleAccess } from "./console-access.ts";

/** What the host needs of the package `durable-console`. */
export interface MountedConsole {
  /** Whether it answers the request; otherwise it has done nothing. */
  serve(request: IncomingMessage, response: ServerResponse): boolean;
  close(): void;
}

interface ConsolePackage {
  readonly createConsole: (host: ConsoleAccess) => MountedConsole;
}

/** Makes a console for a host; undefined if the app has not installed `durable-console`. */
export type ConsoleFactory = ConsolePackage["createConsole"];

/** @param folder the app's @throws {AppError} if the package is there and cannot be loaded */
export async function installedConsole(folder: string): Promise<ConsoleFactory | undefined> {
  const file = resolved(folder);
  if (file === undefined) return undefined;
  try {
    const { createConsole } = (await import(pathToFileURL(file).href)) as ConsolePackage;
    return createConsole;
  } catch (error) {
    throw new AppError(`durable-console cannot be loaded: ${messageOf(error)}`, { cause: error });
  }
}

function resolved(folder: string): string | undefined {
  try {
    return createRequire(path.join(folder, "package.json")).resolve("durable-console");
  } catch {
    return undefined;
  }
}
