import { useRef } from "preact/hooks";
import type { InstanceStatus } from "../../../api/management-api.ts";
import { type Generations, withNext } from "./generations.ts";

/** The extension keeps the history of the last generation only, so the page keeps those that it has seen. */
export function useGenerations(instance: InstanceStatus): Generations {
  const seen = useRef<{ last: InstanceStatus; generations: Generations }>();
  const before = seen.current;
  if (before?.last === instance) return before.generations;
  const generations = withNext(before?.last, before?.generations.earlier ?? [], instance);
  seen.current = { last: instance, generations };
  return generations;
}
