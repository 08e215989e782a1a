/** An HTTP request in the form in which the host passes it to the worker. */
export interface RpcHttpRequest {
  readonly method: string;
  /** Absolute. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
  readonly params: Readonly<Record<string, string>>;
  readonly body?: { readonly bytes: Uint8Array } | undefined;
}

interface Nullable<T> {
  readonly value: T;
}

/** A cookie in the worker's response; `none` means that SameSite is not set. */
export interface RpcHttpCookie {
  readonly name: string;
  readonly value: string;
  readonly domain?: Nullable<string> | undefined;
  readonly path?: Nullable<string> | undefined;
  readonly expires?: Nullable<{ readonly seconds?: number | undefined }> | undefined;
  readonly secure?: Nullable<boolean> | undefined;
  readonly httpOnly?: Nullable<boolean> | undefined;
  readonly sameSite?: "none" | "lax" | "strict" | "explicitNone" | undefined;
  /** Seconds. */
  readonly maxAge?: Nullable<number> | undefined;
}

/** An HTTP response in the form in which the worker passes it to the host. */
export interface RpcHttpResponse {
  readonly statusCode?: string | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly cookies?: readonly RpcHttpCookie[] | undefined;
  readonly body?: { readonly bytes?: Uint8Array; readonly string?: string } | null | undefined;
}
