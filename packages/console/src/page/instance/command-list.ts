import {
  commandInstance,
  purgeInstance,
  raiseEvent,
  type ReasonedCommand,
  restartInstance,
} from "../api/management.ts";
import { isEnded } from "../parts/statuses.ts";

/** What the dialog asks for. */
export interface CommandInput {
  readonly reason: string;
  readonly event: string;
  readonly json: string;
  readonly asNew: boolean;
}

export interface Command {
  readonly title: string;
  readonly explanation: string;
  /** What is shown afterwards: the host does it later, and the status tells when it is done. */
  readonly done: string;
  readonly needs: readonly ("reason" | "event" | "asNew")[];
  readonly isDangerous?: boolean;
  readonly isPossible: (status: string) => boolean;
  /** Returns the id of a new instance, if there is one. */
  readonly run: (id: string, input: CommandInput) => Promise<string | undefined>;
}

const reasoned =
  (command: ReasonedCommand) =>
  async (id: string, { reason }: CommandInput) => {
    await commandInstance(id, command, reason === "" ? "From the console" : reason);
    return undefined;
  };

const isUnfinished = (status: string) => !isEnded(status);

/** All commands of the management API. */
export const COMMANDS: readonly Command[] = [
  {
    title: "Raise event",
    explanation: "The orchestration receives it when it waits for an event of this name.",
    done: "Event sent",
    needs: ["event"],
    isPossible: isUnfinished,
    run: async (id, { event, json }) => {
      await raiseEvent(id, event, jsonOf(json));
      return undefined;
    },
  },
  {
    title: "Suspend",
    explanation: "It does nothing more until it is resumed. What has been scheduled still runs.",
    done: "Suspend sent",
    needs: ["reason"],
    isPossible: (status) => status === "Running" || status === "Pending",
    run: reasoned("suspend"),
  },
  {
    title: "Resume",
    explanation: "It goes on from where it was suspended.",
    done: "Resume sent",
    needs: ["reason"],
    isPossible: (status) => status === "Suspended",
    run: reasoned("resume"),
  },
  {
    title: "Terminate",
    explanation: "It ends at once. Nothing is undone, and activities that run still finish.",
    done: "Terminate sent",
    needs: ["reason"],
    isDangerous: true,
    isPossible: isUnfinished,
    run: reasoned("terminate"),
  },
  {
    title: "Rewind",
    explanation: "It continues from where it failed: the activities that failed run again.",
    done: "Rewind sent",
    needs: ["reason"],
    isPossible: (status) => status === "Failed",
    run: reasoned("rewind"),
  },
  {
    title: "Restart",
    explanation: "Starts the orchestration again with the same input.",
    done: "Restarted",
    needs: ["asNew"],
    isPossible: isEnded,
    run: (id, { asNew }) => restartInstance(id, asNew),
  },
  {
    title: "Purge",
    explanation: "Deletes the instance and its history for good.",
    done: "Purged",
    needs: [],
    isDangerous: true,
    isPossible: isEnded,
    run: async (id) => {
      await purgeInstance(id);
      return undefined;
    },
  },
];

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw new Error(`The value is not JSON: ${(error as Error).message}`, { cause: error });
  }
}
