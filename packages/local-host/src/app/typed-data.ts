/** A value in the form in which host and worker exchange it (host-to-worker RPC, `TypedData`). */
export interface TypedData {
  readonly string?: string | undefined;
  readonly json?: string | undefined;
  readonly bytes?: Uint8Array | undefined;
  readonly int?: number | undefined;
  readonly double?: number | undefined;
  readonly http?: unknown;
}
