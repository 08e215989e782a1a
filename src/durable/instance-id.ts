const SAFE_ID = /^[A-Za-z0-9][A-Za-z0-9_:.-]{0,254}$/;

/**
 * Ids that a management request can be trusted with: the SDK puts them into its path as they are, where `../` or
 * `?` in an id that a caller sends would make it another request, under the hub's own key. Entities, whose ids
 * start with `@`, are none of a caller's business.
 */
export const isSafeId = (id: string): boolean => SAFE_ID.test(id);
