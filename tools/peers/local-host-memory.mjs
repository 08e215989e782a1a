import { MemoryStore } from "durable-local-host";
import { openHost } from "./local-host.mjs";

/** In memory: nothing is left after a kill. */
export const open = async () => {
  const { startSlow: _, endSlow: __, ...peer } = await openHost(new MemoryStore());
  return peer;
};
