export { type Console, createConsole } from "./console.ts";
