import { onTestFinished } from "vitest";

type Asynchronous = (this: unknown, ...args: never[]) => Promise<unknown>;

/** Until the test ends, counts the calls of a method that run at the same time; they do the same as before. */
export function callsAtOnce<Name extends string>(
  target: Record<Name, Asynchronous>,
  name: Name,
): { readonly most: number } {
  const original = target[name];
  const counts = { most: 0 };
  let open = 0;
  const counted: Asynchronous = async function (...args) {
    counts.most = Math.max(counts.most, ++open);
    return original.apply(this, args).finally(() => (open -= 1));
  };
  target[name] = counted;
  onTestFinished(() => void (target[name] = original));
  return counts;
}
