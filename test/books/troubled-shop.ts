import { randomUUID } from "node:crypto";
import type { HeldCall } from "durable-local-host/testing";
import type { TestHost } from "durable-local-host/testing";
import { anOrder } from "../patterns/order-chaining/order-samples.ts";
import { aRefund } from "../patterns/refund-approval/refunds.ts";
import { mayBeHostFailure } from "../../src/durable/task-hub/host-failure.ts";
import type { Shop } from "../support/shop.ts";
import { EFFECTS, KINDS, type Step } from "./scenario.ts";

/** How often an instance is restarted after an operator or a dead worker has ended it. */
const MAX_REPAIRS = 5;
/** Longer than any order or refund runs. */
const LONGEST_MINUTES = 200 * 24 * 60;
const FINAL = new Set(["Completed", "Failed", "Terminated", "Canceled"]);

/** Runs scenarios on the shop, one after another, and records what the last one started. */
export class TroubledShop {
  orders: string[] = [];
  refunds: string[] = [];
  readonly #host: TestHost;
  readonly #held: HeldCall[] = [];
  readonly #controlled = new Set<string>();
  #isTroubled = false;

  constructor({ host }: Shop) {
    this.#host = host;
  }

  async run(steps: readonly Step[]): Promise<void> {
    this.orders = [];
    this.refunds = [];
    this.#isTroubled = true;
    for (const step of steps) await this.#execute(step);
  }

  /** Removes all faults, restarts instances that were ended early, and waits until everything is idle. */
  async settle(): Promise<void> {
    this.#isTroubled = false;
    if (this.#host.isWorkerDoomed) await this.#host.killWorker();
    for (const name of this.#controlled) this.#host.activity(name).restore();
    for (let repairs = 0; repairs <= MAX_REPAIRS; repairs++) {
      for (const id of this.#all) await this.#endOf(id);
      await this.#host.settle();
      if (!(await this.#repair())) return;
    }
    throw new Error("Some instances do not end");
  }

  get #all(): string[] {
    return [...this.orders, ...this.refunds];
  }

  async #execute(step: Step): Promise<void> {
    // One entry for each kind of step.
    await (this.#ways[step.do] as (step: Step) => Promise<unknown>)(step);
  }

  readonly #ways: { readonly [Kind in Step["do"]]: (step: Extract<Step, { do: Kind }>) => Promise<unknown> } =
    {
      order: async ({ kind }) => this.orders.push(await this.#start("/api/orders", anOrder(KINDS[kind]))),
      refund: (step) => Promise.all(step.cents.map((cents) => this.#refund(step, cents))),
      decide: ({ refund, choice }) => this.#decide(chosen(this.refunds, refund), choice),
      loseAnswers: async ({ of, times }) => this.#control(of).failAfterRunning(times),
      outage: async (step) => this.#outage(step),
      hold: async ({ of }) => this.#hold(of),
      release: async () => this.#release(),
      suspend: ({ instance }) => this.#command(chosen(this.#all, instance), "suspend"),
      resume: ({ instance }) => this.#command(chosen(this.#all, instance), "resume"),
      terminate: ({ instance }) => this.#command(chosen(this.#all, instance), "terminate"),
      crash: async ({ commits }) => {
        this.#host.crashAfterCommits(commits);
        await this.#host.settle().catch(() => undefined);
        await this.#host.restart();
      },
      killWorker: async ({ calls }) => this.#host.killWorkerAfter(calls),
      settle: () => this.#host.settle(),
      wait: ({ seconds }) => this.#host.advance({ seconds }),
    };

  /** Begins between two steps: while the effect's call is held. */
  #outage({ after, calls }: Extract<Step, { do: "outage" }>): void {
    void this.#control(after)
      .nextCall()
      .then((call) => {
        // The call may come after the end of the scenario.
        for (const name of this.#isTroubled ? EFFECTS : []) {
          if (name !== after) this.#failNext(name, calls);
        }
        call.release();
      });
  }

  #failNext(name: string, calls: number): void {
    const control = this.#control(name);
    const before = control.calls.length;
    for (let call = 1; call <= calls; call++) control.failOn(before + call);
  }

  #hold(name: string): void {
    void this.#control(name)
      .nextCall()
      .then((call) => this.#held.push(call));
  }

  #release(): void {
    for (const call of this.#held.splice(0)) call.release();
  }

  #control(name: string) {
    this.#controlled.add(name);
    return this.#host.activity(name);
  }

  async #start(route: string, body: unknown): Promise<string> {
    const response = await this.#host.fetch(route, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    if (response.status === 409) return "";
    if (response.status !== 202) throw new Error(`${route} returned ${response.status}`);
    return ((await response.json()) as { id: string }).id;
  }

  async #refund({ order, isUnchecked }: Extract<Step, { do: "refund" }>, cents: number): Promise<void> {
    const orderId = chosen(this.orders, order);
    const refund = aRefund({ orderId, amount: { value: cents, currency: "EUR" } });
    if (!isUnchecked) {
      const id = await this.#start("/api/refunds", refund);
      if (id !== "") this.refunds.push(id);
      return;
    }
    const instanceId = `refund-${randomUUID().replaceAll("-", "")}`;
    await this.#host.start("refundApproval", { ...refund, origin: this.#host.url }, { instanceId });
    this.refunds.push(instanceId);
  }

  async #decide(id: string | undefined, choice: string): Promise<void> {
    if (id === undefined) return;
    const event = JSON.stringify({ id: randomUUID(), choice });
    await this.#host.hub.raiseEvent(id, "refundDecided", event).catch(() => undefined);
  }

  /** A step that does not match the state is refused, which changes nothing. */
  async #command(id: string | undefined, command: "suspend" | "resume" | "terminate"): Promise<void> {
    if (id === undefined) return;
    await this.#host.hub[command](id, "An operator").catch(() => undefined);
  }

  async #endOf(id: string): Promise<void> {
    for (let minutes = 1; minutes < LONGEST_MINUTES; minutes *= 2) {
      const { runtimeStatus } = await this.#host.instance(id).status();
      if (FINAL.has(runtimeStatus)) return;
      if (runtimeStatus === "Suspended") await this.#command(id, "resume");
      // A call that an earlier step wants to hold may be held only now.
      this.#release();
      await this.#host.advance({ minutes });
    }
    throw new Error(`${id} does not end:\n${await this.#host.instance(id).historyTable()}`);
  }

  /** Restarts, with the same id, instances that an operator or the host has ended, not their own code. */
  async #repair(): Promise<boolean> {
    const broken: string[] = [];
    for (const id of this.#all) {
      const instance = await this.#host.hub.get(id);
      if (instance && wasEndedFromOutside(instance)) broken.push(id);
    }
    for (const id of broken) {
      const { status } = await this.#host.fetch(`/api/instances/${id}/restart`, { method: "POST" });
      if (status !== 202) throw new Error(`The restart of ${id} returned ${status}`);
    }
    return broken.length > 0;
  }
}

const chosen = <T>(list: readonly T[], index: number): T | undefined => list[index % (list.length || 1)];

/**
 * Instances that a dead worker has ended are included. Otherwise the timer would rescue them during a later scenario.
 */
const wasEndedFromOutside = ({ runtimeStatus, output }: { runtimeStatus: string; output: string | null }) =>
  runtimeStatus === "Terminated" || (runtimeStatus === "Failed" && mayBeHostFailure(output));
