/**
 * A page is one execution of a lane: 40 photos take some 180 events if nothing fails, and their outcomes fit into
 * one message.
 */
const PHOTOS_PER_PAGE = 40;
const MOST_LANES = 4;
/** Fewer are no work for two lanes: one of them keeps a host instance busy. */
const PHOTOS_WORTH_A_LANE = 8;

/** Cuts an album into pages, and says how many lanes work them off: small albums are spread evenly over lanes. */
export function planPages(names: readonly string[]): { pages: string[][]; lanes: number } {
  const lanes = Math.min(MOST_LANES, Math.ceil(names.length / PHOTOS_WORTH_A_LANE));
  const size = Math.min(PHOTOS_PER_PAGE, Math.ceil(names.length / lanes));
  const pages: string[][] = [];
  for (let start = 0; start < names.length; start += size) pages.push(names.slice(start, start + size));
  return { pages, lanes: Math.min(lanes, pages.length) };
}
