import { flushCompileCache } from "node:module";
import { afterAll } from "vitest";

// The cache is for the processes of the runner. What they start is often in a new folder, where it finds nothing.
delete process.env["NODE_COMPILE_CACHE"];

// The runner ends its processes by a signal, after which Node would keep nothing of what they have compiled.
afterAll(() => flushCompileCache());
