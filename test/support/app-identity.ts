import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo, Server } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";

/** Tokens are sent only over HTTPS. Undefined if openssl is not installed, because it creates the certificate. */
export function makeCertificate(): { readonly key: Buffer; readonly cert: Buffer } | undefined {
  const folder = mkdtempSync(path.join(tmpdir(), "certificate-"));
  const [key, cert] = [path.join(folder, "key.pem"), path.join(folder, "cert.pem")];
  const subject = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-days", "1"];
  try {
    execFileSync(
      "openssl",
      ["req", "-x509", "-newkey", "rsa:2048", "-nodes", ...subject, "-keyout", key, "-out", cert],
      { stdio: "ignore" },
    );
    return { key: readFileSync(key), cert: readFileSync(cert) };
  } catch {
    return undefined;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

export async function listen(server: Server): Promise<number> {
  await once(server.listen(0, "localhost"), "listening");
  return (server.address() as AddressInfo).port;
}

/** Issues tokens as App Service does for an app with a managed identity. */
export class AppIdentity {
  readonly token = "Bearer of-the-identity";
  /** The client id of each request for a token. */
  readonly signedIn: (string | null)[] = [];
  readonly #server = createServer(({ url = "" }, response) => {
    this.signedIn.push(new URL(url, "http://identity").searchParams.get("client_id"));
    const inAnHour = String(Math.floor(Date.now() / 1000) + 3600);
    response.writeHead(200, { "content-type": "application/json" });
    response.end(
      JSON.stringify({ access_token: "of-the-identity", expires_on: inAnHour, token_type: "Bearer" }),
    );
  });

  /** The environment of an app that uses it. */
  async listen(): Promise<Record<"IDENTITY_ENDPOINT" | "IDENTITY_HEADER", string>> {
    return {
      IDENTITY_ENDPOINT: `http://localhost:${await listen(this.#server)}/token`,
      IDENTITY_HEADER: "secret-of-the-platform",
    };
  }

  close(): void {
    this.#server.close();
  }
}
