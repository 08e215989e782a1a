/** A value as host and worker exchange it (`TypedData` of the host-to-worker RPC). */
export interface TypedData {
  readonly string?: string | undefined;
  readonly json?: string | undefined;
  readonly bytes?: Uint8Array | undefined;
  readonly int?: number | undefined;
  readonly double?: number | undefined;
  readonly http?: unknown;
  /** The value of the JSON text in `string`, new for each call: a long text is not written only to be read again. */
  readonly value?: (() => unknown) | undefined;
}
