/** Where the engine reports; `category` names the part of it that does. */
export type EngineLog = (
  level: "debug" | "information" | "warning" | "error",
  category: string,
  message: string,
) => void;
