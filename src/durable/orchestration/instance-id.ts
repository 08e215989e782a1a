const SAFE_ID = /^[A-Za-z0-9][A-Za-z0-9_:.-]{0,254}$/;

/**
 * Ids that a management request can be trusted with: the SDK puts them into its path as they are, where `../` or
 * `?` in an id that a caller sends would make it another request, under the hub's own key. Entities, whose ids
 * start with `@`, are none of a caller's business.
 */
export const isSafeId = (id: string): boolean => SAFE_ID.test(id);

/** Id of a sub-orchestration: with that of its process in front, so that one prefix finds all parts of a process. */
export const partId = (process: string, part: string): string => `${process}:${part}`;

/** The process that an instance is a part of; undefined if it is a process itself. */
export const processOf = (id: string): string | undefined => /^([^:]+):/.exec(id)?.[1];
