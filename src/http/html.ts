import { createHash } from "node:crypto";
import type { HttpResponseInit } from "@azure/functions";

/** HTML that is safe to send: only {@link html} creates it, which escapes its values. */
export class Html {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

type Value = string | number | Html | readonly Html[];

/** A template whose values are escaped, in text and in quoted attributes; `Html` values stay unchanged. */
export function html(strings: TemplateStringsArray, ...values: readonly Value[]): Html {
  return new Html(String.raw({ raw: strings }, ...values.map(toText)));
}

function toText(value: Value): string {
  if (value instanceof Html) return value.text;
  if (typeof value === "string" || typeof value === "number") return escape(String(value));
  return value.map(({ text }) => text).join("");
}

const ESCAPES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
  "`": "&#96;",
};

const escape = (text: string) => text.replace(/[&<>"'`]/g, (character) => ESCAPES[character] ?? "");

/**
 * For content for one reader only: it is not cached, and its address, which may contain a secret, is not sent as
 * referrer.
 */
export const CONFIDENTIAL = { "cache-control": "no-store", "referrer-policy": "no-referrer" } as const;

/** A complete page: no script, one style sheet. */
export interface Page {
  readonly title: string;
  readonly style: string;
  readonly body: Html;
}

/**
 * A confidential page for one reader, which cannot be shown in a frame. It runs no script and loads nothing; its forms
 * are sent to this app.
 */
export function pageResponse(
  status: number,
  { title, style, body }: Page,
  headers: Readonly<Record<string, string>> = {},
): HttpResponseInit {
  const hash = createHash("sha256").update(style).digest("base64");
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title}</title>
        ${new Html(`<style>${style}</style>`)}
      </head>
      <body>
        ${body}
      </body>
    </html>`;
  return {
    status,
    headers: {
      ...headers,
      "content-type": "text/html; charset=utf-8",
      "content-security-policy":
        `default-src 'none'; style-src 'sha256-${hash}'; form-action 'self'; ` +
        "base-uri 'none'; frame-ancestors 'none'",
      ...CONFIDENTIAL,
      "x-content-type-options": "nosniff",
      "x-frame-options": "DENY",
      "x-robots-tag": "noindex, nofollow",
      "cross-origin-opener-policy": "same-origin",
      "cross-origin-resource-policy": "same-origin",
    },
    body: page.text,
  };
}
