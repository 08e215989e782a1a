import { pathToFileURL } from "node:url";
import { bin, buildApp } from "./run.ts";

/**
 * Builds the local host, and runs it in the user's current folder; npm itself runs scripts in the folder of
 * package.json.
 */
if ((await buildApp("--noCheck")) !== 0) process.exit(1);
process.chdir(process.env["INIT_CWD"] ?? process.cwd());
await import(pathToFileURL(bin("durable-local-host")).href);
