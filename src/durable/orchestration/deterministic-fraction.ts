/**
 * A number from 0 to below 1 that is derived from a text: it replaces random numbers in code that is replayed. Texts
 * that differ in one character give very different numbers (FNV-1a with the finalizer of MurmurHash3).
 */
export function deterministicFraction(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
}
