import { z } from "zod";
import { defineEntity, defineOrchestration, type } from "../../../src/durable/orchestration/contract.ts";

export const counter = defineEntity("Counter", {
  state: type<{ value: number }>(),
  operations: {
    add: { input: z.strictObject({ by: z.int() }) },
    take: { input: z.strictObject({ by: z.int() }), output: type<{ left: number }>() },
    spoil: { input: type<object>() },
  },
});

type Script = { key: string; take: number };
const script = { input: type<Script>(), output: type<string>(), status: type<{ step: string }>() };

/** Signals twice, then takes. */
export const signalAndCall = defineOrchestration("signalAndCall", script);
/** Signals a key that would lead to another path. */
export const signalBadKey = defineOrchestration("signalBadKey", script);
