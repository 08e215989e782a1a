import { randomBytes } from "node:crypto";
import { join } from "node:path";
import type { Storage } from "../../src/storage/storage.ts";
import { FuncTarget, type FuncOptions } from "./func-target.ts";
import { LocalTarget } from "./local-target.ts";
import { smallPhotos } from "../traffic/small-photos.ts";
import type { Figures } from "../traffic/shop-under-load.ts";
import { type DoneKill, type Round, runRound } from "./round.ts";
import type { Invariant } from "../traffic/checks.ts";
import type { Target } from "./target.ts";
import { messageOf } from "../message-of.ts";

export interface CampaignOptions {
  readonly kills: number;
  /** After so many kills everything must come to its end, and is checked. */
  readonly killsPerRound: number;
  /** After this number of minutes, no further round begins. */
  readonly minutes?: number | undefined;
  readonly seed: number;
  /** Starts in a second. */
  readonly rate: number;
  /** Gets the files of each round. */
  readonly folder: string;
  /** Connection string of the app's storage. */
  readonly storage: string;
  /** Folder of the app that the local host runs; each round gets a new host, on an empty shop. */
  readonly app: string;
  /** In place of the local host. */
  readonly func?: FuncOptions | undefined;
  /** Ends the campaign when it is resolved, without a comparison of the running round. */
  readonly stop?: Promise<undefined>;
  /** Called when all of a round has ended, before it is compared. */
  readonly onQuiet?: ((storage: Storage, round: number) => Promise<void>) | undefined;
  readonly onKill?: ((kill: DoneKill, kills: number, started: number) => void) | undefined;
  /** Called again and again while what was started comes to its end, with how much has not. */
  readonly onSettling?: ((open: number) => void) | undefined;
}

export interface Campaign {
  readonly description: string;
  readonly isStopped: boolean;
  /** Why the last round could not go on. */
  readonly failure?: string | undefined;
  /** See {@link Target}. */
  readonly progressGoalMs: number | undefined;
  /** Of the last round. */
  readonly folder: string;
  readonly kills: readonly DoneKill[];
  readonly figures: Figures;
  /** Those of all rounds together, until one is broken. */
  readonly invariants: readonly Invariant[];
  /** The seed that repeats the round with the broken one. */
  readonly brokenBy?: { readonly seed: number; readonly kills: number };
}

const AT_ONCE = 24;
/** Under kills, an order on the Functions host takes minutes: none of the usual newest ones would be confirmed. */
const FUNC_LOAD = { newest: 500 };

/** Rounds of kills until there are enough, or an invariant is broken. */
export async function runCampaign(options: CampaignOptions): Promise<Campaign> {
  const photos = await smallPhotos();
  const kills: DoneKill[] = [];
  const rounds: Round[] = [];
  let [description, folder, isStopped] = ["", options.folder, false];
  let [progressGoalMs, failure]: [number?, string?] = [];
  const deadline = Date.now() + (options.minutes ?? Infinity) * 60_000;
  for (let number = 0; kills.length < options.kills && Date.now() < deadline; number++) {
    const seed = options.seed + number;
    folder = join(options.folder, `round-${number + 1}`);
    const { target, prefix } = await targetOf(options, folder);
    ({ description, progressGoalMs } = target);
    const already = kills.length;
    let round: Round | undefined;
    try {
      const running = runRound({
        target,
        storage: { connectionString: options.storage, prefix },
        key: options.func?.key,
        kills: Math.min(options.killsPerRound, options.kills - already),
        load: { seed, rate: options.rate, atOnce: AT_ONCE, photos, ...(options.func && FUNC_LOAD) },
        folder,
        onSettling: (open) => options.onSettling?.(open),
        onQuiet: async (storage) => options.onQuiet?.(storage, number + 1),
        onKill: (kill, started) => {
          kills.push(kill);
          options.onKill?.(kill, kills.length, started);
        },
      });
      round = await Promise.race([running, ...(options.stop ? [options.stop] : [])]);
    } catch (error) {
      failure = messageOf(error);
      break;
    } finally {
      await target.stop();
    }
    if (!round) {
      isStopped = true;
      break;
    }
    rounds.push(round);
    if (round.invariants.some(({ broken }) => broken.length > 0)) {
      const brokenBy = { seed, kills: round.kills.length };
      return { ...soFar(), brokenBy };
    }
  }
  return soFar();

  function soFar(): Campaign {
    const [figures, invariants] = [sumOf(rounds), together(rounds)];
    return { description, isStopped, failure, progressGoalMs, folder, kills, figures, invariants };
  }
}

async function targetOf(
  { func, app, storage }: CampaignOptions,
  folder: string,
): Promise<{ target: Target; prefix: string }> {
  if (func) return { target: new FuncTarget(func), prefix: func.prefix };
  const prefix = `k${randomBytes(6).toString("hex")}`;
  const env = {
    AzureWebJobsStorage: storage,
    SHOP_STORAGE_PREFIX: prefix,
    // Nobody waits for minutes here.
    SHOP_RESCUE_SCHEDULE: "*/5 * * * * *",
  };
  return { target: await LocalTarget.of(app, folder, env), prefix };
}

function sumOf(rounds: readonly Round[]): Figures {
  const sum: Record<string, number> = {};
  for (const [name, value] of rounds.flatMap(({ figures }) => Object.entries(figures))) {
    sum[name] = (sum[name] ?? 0) + value;
  }
  return sum;
}

function together(rounds: readonly Round[]): Invariant[] {
  const all = Map.groupBy(
    rounds.flatMap(({ invariants }) => invariants),
    ({ name }) => name,
  );
  return [...all].map(([name, each]) => ({
    name,
    compared: each.reduce((sum, { compared }) => sum + compared, 0),
    broken: each.flatMap(({ broken }) => broken),
  }));
}
