/** An amount in minor units (cents): never a fraction. */
export interface Money {
  readonly value: number;
  /** ISO 4217. */
  readonly currency: string;
}

/** @throws {Error} if there is nothing to add up, or the amounts are of several currencies */
export function sum(amounts: readonly Money[]): Money {
  const [first] = amounts;
  if (!first) throw new Error("Nothing to add up");
  if (amounts.some(({ currency }) => currency !== first.currency)) {
    throw new Error(`Amounts of several currencies do not add up: ${JSON.stringify(amounts)}`);
  }
  return { value: amounts.reduce((total, { value }) => total + value, 0), currency: first.currency };
}
