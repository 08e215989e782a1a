import { join } from "node:path";
import { SqliteStore } from "durable-local-host";
import { openHost } from "./local-host.mjs";

/** On SQLite; each commit is synchronised to disk. */
export const open = ({ folder, log }) => openHost(new SqliteStore(join(folder, "task-hub.db")), log);
