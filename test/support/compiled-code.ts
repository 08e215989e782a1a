import { flushCompileCache } from "node:module";
import { afterAll } from "vitest";

// The runner ends its processes by a signal, after which Node would keep nothing of what they have compiled.
afterAll(() => flushCompileCache());
