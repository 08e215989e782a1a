/** Where the engine reports: `category` says which part of it speaks. */
export type EngineLog = (
  level: "debug" | "information" | "warning" | "error",
  category: string,
  message: string,
) => void;
