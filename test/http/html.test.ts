import { expect, test } from "vitest";
import { createHash } from "node:crypto";
import { html, pageResponse } from "../../src/http/html.ts";

test.each([
  ["<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"],
  [`" onmouseover="x`, "&quot; onmouseover=&quot;x"],
  ["' onload='x", "&#39; onload=&#39;x"],
  ["&lt;", "&amp;lt;"],
  ["`x`", "&#96;x&#96;"],
])("%j is escaped in a template", (text, escaped) => {
  expect(html`<p title="${text}">${text}</p>`.text).toBe(`<p title="${escaped}">${escaped}</p>`);
});

test("templates in templates are not escaped again, even several", () => {
  const items = ["a", "<b>"].map((item) => html`<li>${item}</li>`);
  expect(
    html`<ul>
      ${items}
    </ul>`.text.replaceAll(/\s+/g, ""),
  ).toBe("<ul><li>a</li><li>&lt;b&gt;</li></ul>");
});

test("a page runs no scripts, loads nothing, and is neither cached nor framed", () => {
  const { status, headers, body } = pageResponse(200, {
    title: "<T>",
    style: "p { color: red }",
    body: html`<p>x</p>`,
  });
  const hash = createHash("sha256").update("p { color: red }").digest("base64");
  expect(status).toBe(200);
  expect(headers).toMatchObject({
    "content-security-policy": `default-src 'none'; style-src 'sha256-${hash}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`,
    "cache-control": "no-store",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
  });
  expect(body).toContain("<style>p { color: red }</style>");
  expect(body).toContain("<title>&lt;T&gt;</title>");
});
