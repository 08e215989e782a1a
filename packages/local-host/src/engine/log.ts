/** Receives the engine's log messages; `category` names the part of the engine. */
export type EngineLog = (
  level: "debug" | "information" | "warning" | "error",
  category: string,
  message: string,
) => void;
