import { poll } from "../../src/durable/client/poll.ts";
import { messageOf } from "../message-of.ts";

/** The checks, in the order of the table's columns. */
export const CHECKS = ["chain", "timer", "entity", "HTTP stream"] as const;

type Check = (typeof CHECKS)[number];

/** Time limit of each check, with a reserve for a busy machine. */
const CHECK_TIMEOUT_MS = 20_000;

const OUTPUTS: Readonly<Record<string, unknown>> = { chain: 3, timer: "rang", entity: 5 };

/** `yes`, `no: <reason>`, or a dash if the version does not have the feature. */
export async function check(url: string, name: Check): Promise<string> {
  try {
    return name === "HTTP stream" ? await checkStream(url) : await checkOrchestration(url, name);
  } catch (error) {
    return `no: ${messageOf(error)}`;
  }
}

async function checkOrchestration(url: string, name: string): Promise<string> {
  const links = (await (await get(`${url}/api/start?name=${name}`)).json()) as { statusQueryGetUri: string };
  const ended = await poll(
    async () => {
      const status = (await (await get(links.statusQueryGetUri)).json()) as {
        readonly runtimeStatus: string;
        readonly output: unknown;
      };
      if (status.runtimeStatus === "Completed" && status.output === OUTPUTS[name]) return "yes";
      return /^(?:Pending|Running)$/.test(status.runtimeStatus) ? undefined : `no: ${String(status.output)}`;
    },
    { timeoutMs: CHECK_TIMEOUT_MS, firstPauseMs: 50, longestPauseMs: 50 },
  );
  return ended ?? "no: it does not end";
}

async function checkStream(url: string): Promise<string> {
  if ((await get(`${url}/api/canStream`)).status === 404) return "–";
  const { body } = await get(`${url}/api/stream`);
  const reader = body?.pipeThrough(new TextDecoderStream()).getReader();
  const first = await reader?.read();
  await get(`${url}/api/release`);
  const second = await reader?.read();
  return first?.value === "first" && second?.value === "second" ? "yes" : "no: it arrives in other chunks";
}

function get(url: string): Promise<Response> {
  return fetch(url, { signal: AbortSignal.timeout(CHECK_TIMEOUT_MS) });
}
