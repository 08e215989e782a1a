import type { HttpRequest, HttpResponseInit } from "@azure/functions";
import { CONFIDENTIAL, html, type Html, pageResponse } from "../http/html.ts";
import { Problem } from "../http/problem.ts";
import { PAGE_STYLE } from "./page-style.ts";

/** The content of a page behind a link. */
export interface LinkPage {
  readonly title: string;
  /** Shown next to the name of the shop: `refunds`. */
  readonly area: string;
  readonly content: Html;
}

/** A page for the holder of a link. */
export function linkPage(
  { title, area, content }: LinkPage,
  status = 200,
  headers: Readonly<Record<string, string>> = {},
): HttpResponseInit {
  const body = html`<main>
    <header>Photo-print shop <span>${area}</span></header>
    <h1>${title}</h1>
    ${content}
  </main>`;
  return pageResponse(status, { title: `${title} · Photo-print shop`, style: PAGE_STYLE, body }, headers);
}

/** People get a refusal or failure as a page, programs get it as a problem. Both are confidential. */
export const linkProblem =
  (area: string) =>
  (problem: Problem, request: HttpRequest): HttpResponseInit => {
    const { kind, message, errors, headers } = problem;
    if (!request.headers.get("accept")?.includes("text/html")) {
      return new Problem(kind, message, { errors, headers: { ...headers, ...CONFIDENTIAL } }).toResponse();
    }
    const { status = 500 } = problem.toResponse();
    const title = TITLES[status] ?? "This is not possible";
    return linkPage({ title, area, content: html`<p>${message}.</p>` }, status, headers);
  };

const TITLES: Readonly<Record<number, string>> = {
  409: "Nothing to decide",
  500: "Something went wrong",
  503: "Not available at the moment",
};
