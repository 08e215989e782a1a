import { once } from "node:events";
import { connect } from "node:net";
import { fail } from "../run.ts";

export interface Peer {
  readonly title: string;
  /** Its package, with the version of `tools/peers/package.json`; absent for this project's. */
  readonly package?: string;
  /** Where its state is. */
  readonly store: string;
}

const PEERS: Readonly<Record<string, Peer>> = {
  "local-host-memory": { title: "durable-local-host", store: "memory" },
  "local-host-sqlite": { title: "durable-local-host", store: "SQLite" },
  durabletask: { title: "durabletask-js", package: "@microsoft/durabletask-js", store: "memory" },
  aws: { title: "AWS local runner", package: "@aws/durable-execution-sdk-js-testing", store: "memory" },
  openworkflow: { title: "openworkflow, by tick()", package: "openworkflow", store: "SQLite" },
  restate: { title: "Restate server", package: "@restatedev/restate-server", store: "its own" },
  dbos: { title: "DBOS", package: "@dbos-inc/dbos-sdk", store: "Postgres" },
};

/** The names of the other engines. */
export const OTHERS: readonly string[] = Object.keys(PEERS).filter((name) => PEERS[name]?.package);

/** The local host, and all other engines or those that are named. */
export async function choosePeers(named: readonly string[], postgres: string | undefined) {
  const unknown = named.find((name) => !OTHERS.includes(name));
  if (unknown !== undefined) fail(`--only: there is no engine "${unknown}"; use ${OTHERS.join(", ")}.`);
  if (named.includes("dbos") && postgres === undefined) fail("--only dbos: DBOS needs --postgres URL.");
  if (postgres !== undefined) await checkPostgres(postgres);
  const others =
    named.length > 0 ? named : OTHERS.filter((name) => name !== "dbos" || postgres !== undefined);
  return Object.entries(PEERS).filter(([name, peer]) => !peer.package || others.includes(name));
}

/** Ends the process with one line if nothing listens there. */
async function checkPostgres(text: string): Promise<void> {
  if (!URL.canParse(text) || !/^postgres(?:ql)?:$/.test(new URL(text).protocol)) {
    fail(`--postgres ${text}: use an address such as postgres://user:password@127.0.0.1:5432/empty.`);
  }
  const { hostname, port } = new URL(text);
  const socket = connect(Number(port || 5432), hostname.replaceAll(/[[\]]/g, ""));
  try {
    await once(socket, "connect", { signal: AbortSignal.timeout(5000) });
  } catch {
    fail(`--postgres ${text}: nothing listens there.`);
  } finally {
    socket.destroy();
  }
}
