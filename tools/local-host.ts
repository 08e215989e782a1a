/** The local host from its sources, in the folder where its user stands: npm runs scripts in that of package.json. */
process.chdir(process.env["INIT_CWD"] ?? process.cwd());
await import("../packages/local-host/src/main.ts");
