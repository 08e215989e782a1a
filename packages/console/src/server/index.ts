export { type Console, createConsole } from "./console.ts";
export type { ConsoleHost, HostChange, ProblemInstance } from "./host.ts";
