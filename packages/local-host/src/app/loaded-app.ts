import type { AppEnvironment } from "./app-environment.ts";
import { oldModel } from "./app-folder.ts";
import type { AppFolder } from "./app-folder.ts";
import { byName, toAppFunction } from "./app-function.ts";
import type { AppFunction, FunctionError } from "./app-function.ts";
import { AppError } from "./app-error.ts";
import { corsWarnings } from "./cors-settings.ts";
import type { CorsSettings } from "./cors-settings.ts";
import { libraryWarnings } from "./library-warnings.ts";
import { readHostSettings } from "./host-settings.ts";
import type { HostSettings } from "./host-settings.ts";
import type { Registrations } from "./registrations.ts";
import type { HookCallback, HookName, ProgrammingModel } from "./worker-types.ts";

/**
 * An app whose code has run and registered its functions. Immutable, so several hosts can serve it, one after another
 * or at the same time; they share the app's module state.
 */
export class LoadedApp {
  readonly folder: string;
  readonly settings: HostSettings;
  readonly environment: AppEnvironment;
  readonly localHttpPort: number | undefined;
  readonly cors: CorsSettings;
  /** Features of the app that the local host does not support, one sentence each. */
  readonly warnings: readonly string[];
  /** In the order of the Functions host, by name. */
  readonly functions: readonly AppFunction[];
  /** Functions that were registered but cannot be served. */
  readonly functionErrors: readonly FunctionError[];
  /** `undefined` when the app registered nothing. */
  readonly model: ProgrammingModel | undefined;
  /** The address of the library's own HTTP server, if the app enables streaming. */
  readonly streamingUrl: URL | undefined;
  /** Scratch space that all hooks of the app share. */
  readonly appHookData: Record<string, unknown>;
  readonly #registrations: Registrations;
  #terminated: Promise<void> | undefined;

  constructor(parts: {
    readonly folder: AppFolder;
    readonly environment: AppEnvironment;
    readonly registrations: Registrations;
    readonly model: ProgrammingModel | undefined;
    readonly capabilities: Readonly<Record<string, string>>;
    readonly appHookData: Record<string, unknown>;
  }) {
    this.folder = parts.folder.folder;
    this.localHttpPort = parts.folder.localHttpPort;
    this.cors = parts.folder.cors;
    this.environment = parts.environment;
    this.settings = readHostSettings(parts.folder.hostJson, parts.environment);
    this.model = parts.model;
    const { oldFunctions } = parts.folder;
    this.warnings = [
      ...this.settings.warnings,
      ...corsWarnings(this.cors),
      ...(oldFunctions.length > 0 ? [oldModel(oldFunctions)] : []),
      ...libraryWarnings(parts.folder.entryPoints),
    ];
    const setting = parts.environment.reader();
    const functions: AppFunction[] = [];
    const errors: FunctionError[] = [];
    for (const registration of parts.registrations.functions) {
      try {
        functions.push(toAppFunction(registration, setting));
      } catch (error) {
        if (!(error instanceof AppError)) throw error;
        errors.push({ name: registration.metadata.name, message: error.message });
      }
    }
    this.functions = functions.sort(byName);
    this.functionErrors = errors;
    const { HttpUri: httpUri } = parts.capabilities;
    this.streamingUrl = httpUri === undefined ? undefined : new URL(httpUri);
    this.appHookData = parts.appHookData;
    this.#registrations = parts.registrations;
  }

  /** The list itself, in registration order: it changes with later registrations. */
  hooks(name: HookName): readonly HookCallback[] {
    return this.#registrations.hooks(name);
  }

  /** Runs the `appTerminate` hooks, but only for the first call. Rejects with the error of a hook. */
  terminate(): Promise<void> {
    this.#terminated ??= this.#runTerminateHooks();
    return this.#terminated;
  }

  async #runTerminateHooks(): Promise<void> {
    for (const hook of this.hooks("appTerminate")) {
      await hook({ hookData: this.appHookData, appHookData: this.appHookData });
    }
  }
}

/** @throws {AppError} if the app registered nothing */
export function modelOf({ model, folder, warnings }: LoadedApp): ProgrammingModel {
  if (model !== undefined) return model;
  throw new AppError([`The app in ${folder} registers no functions.`, ...warnings].join(" "));
}
