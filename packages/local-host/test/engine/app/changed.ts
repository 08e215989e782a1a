/** Set by a test while an instance is running; separate from the app, so that a test can import it. */
export const changed = { code: false };
