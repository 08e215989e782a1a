/**
 * Distributes a total over several amounts in proportion to them. The parts are whole cents and add up to the total.
 *
 * Every cent of an amount has a position between 0 and 1: the j-th of w cents is at (j - ½)/w. A total takes the cents
 * with the lowest positions. So a larger total takes the same cents as a smaller one and more. If refunds are computed
 * as differences of two totals, no cent is taken twice, and in the end every amount is taken exactly. (Webster's
 * method, which also converts votes to seats.)
 *
 * @param total from 0 to the sum of the amounts
 */
export function apportion(total: number, amounts: readonly number[]): number[] {
  const all = amounts.reduce((sum, amount) => sum + amount, 0);
  if (total < 0 || total > all) throw new RangeError(`${total} cannot be taken from ${all}`);
  // Rounding moves the position of the last cent by at most half a cent for each amount: all cents before this are
  // taken.
  const surely = Math.max(0, total - amounts.length) / (all || 1);
  const parts = amounts.map((amount) => Math.floor(amount * surely + 0.5));
  for (let left = total - parts.reduce((sum, part) => sum + part, 0); left > 0; left--) {
    const places = amounts.map((amount, index) => ((parts[index] ?? 0) + 0.5) / amount);
    const first = places.indexOf(Math.min(...places));
    parts[first] = (parts[first] ?? 0) + 1;
  }
  return parts;
}
