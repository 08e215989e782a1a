const SAFE_ID = /^[A-Za-z0-9][A-Za-z0-9_:.-]{0,254}$/;

/**
 * Whether an id is safe in a management request. The SDK does not escape ids in its paths, so `../` or `?` in a
 * caller's id would lead to a different request with the hub's own key. Callers must not reach entities, whose ids
 * start with `@`.
 */
export const isSafeId = (id: string): boolean => SAFE_ID.test(id);

/** Id of a sub-orchestration. It begins with the id of its process, so that a prefix finds all parts of a process. */
export const partId = (process: string, part: string): string => `${process}:${part}`;

/** The process of which an instance is a part; undefined if it is a process itself. */
export const processOf = (id: string): string | undefined => /^([^:]+):/.exec(id)?.[1];
