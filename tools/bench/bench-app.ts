import { fileURLToPath } from "node:url";

/** Folder of the app with the orchestrations that the benchmark runs. */
export const BENCH_APP = fileURLToPath(new URL("app", import.meta.url));
