/**
 * The parts that a total takes of several amounts, in proportion to them, whole cents that add up to it.
 *
 * Every cent of an amount has its place between 0 and 1: of w cents the j-th is at (j - ½)/w. A total takes the cents
 * that come first. So a larger total takes what a smaller one did and some more: pieces that are taken one after
 * another, each as the difference of two totals, never take a cent twice, and in the end take every amount exactly.
 * (Votes become seats by this rule: Webster's method.)
 *
 * @param total from 0 to the sum of the amounts
 */
export function apportion(total: number, amounts: readonly number[]): number[] {
  const all = amounts.reduce((sum, amount) => sum + amount, 0);
  if (total < 0 || total > all) throw new RangeError(`${total} cannot be taken of ${all}`);
  // Rounding moves the last cent's place by at most half a cent for each amount: cents before this are taken.
  const surely = Math.max(0, total - amounts.length) / (all || 1);
  const parts = amounts.map((amount) => Math.floor(amount * surely + 0.5));
  for (let left = total - parts.reduce((sum, part) => sum + part, 0); left > 0; left--) {
    const places = amounts.map((amount, index) => ((parts[index] ?? 0) + 0.5) / amount);
    const first = places.indexOf(Math.min(...places));
    parts[first] = (parts[first] ?? 0) + 1;
  }
  return parts;
}
