/** After this time, a host that was killed is not coming back. */
const RESTART_MS = 60_000;

let expectedUntil = 0;

/** The host is being killed from this page, and somebody starts it again. */
export function expectRestart(): void {
  expectedUntil = performance.now() + RESTART_MS;
}

export const isRestartExpected = () => performance.now() < expectedUntil;
