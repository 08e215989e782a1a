/**
 * A page is one execution of a lane. 40 photos take about 180 events if nothing fails, and their outcomes fit into one
 * message.
 */
const PHOTOS_PER_PAGE = 40;
const MAX_LANES = 4;
/** Photos per lane at least. One lane is enough to use an instance of the host. */
const PHOTOS_WORTH_A_LANE = 8;

/** Divides an album into pages and sets the number of lanes. Small albums are distributed evenly over the lanes. */
export function planPages(names: readonly string[]): { pages: string[][]; lanes: number } {
  const lanes = Math.min(MAX_LANES, Math.ceil(names.length / PHOTOS_WORTH_A_LANE));
  const size = Math.min(PHOTOS_PER_PAGE, Math.ceil(names.length / lanes));
  const pages: string[][] = [];
  for (let start = 0; start < names.length; start += size) pages.push(names.slice(start, start + size));
  return { pages, lanes: Math.min(lanes, pages.length) };
}
