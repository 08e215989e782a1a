import { HttpError, sendAny } from "../../api/http.ts";

/** A button of the form on the page behind a link. */
export interface FormButton {
  readonly label: string;
  /** Address within the app. */
  readonly action: string;
  readonly fields: readonly (readonly [name: string, value: string])[];
}

/** What a page of the app says. */
export interface Answer {
  readonly isGood: boolean;
  readonly text: string;
}

/** The buttons on the page, and what it says if it has none. */
export interface LinkedForm {
  readonly buttons: readonly FormButton[];
  readonly answer: Answer;
}

const HTML = { accept: "text/html" };

/** Address of a link within the app; undefined if it leads elsewhere. @param base address of the app */
export function pathOf(link: string, base: string): string | undefined {
  if (!URL.canParse(link)) return undefined;
  const { host, pathname, search } = new URL(link);
  return [location.host, new URL(base).host].includes(host) ? pathname + search : undefined;
}

/** Opens a link, which changes nothing: programs that scan mails do the same. */
export async function openForm(path: string, signal: AbortSignal): Promise<LinkedForm> {
  const response = await sendAny(path, { headers: HTML, signal });
  const page = pageOf(await response.text());
  const forms = [...page.querySelectorAll("form")];
  return { buttons: forms.flatMap((form) => buttonsOf(form, path)), answer: answerOf(page, response.ok) };
}

/** Presses a button. @throws {HttpError} without an answer */
export async function press({ action, fields }: FormButton): Promise<Answer> {
  const body = new URLSearchParams(fields.map(([name, value]) => [name, value]));
  const response = await sendAny(action, { method: "POST", headers: HTML, body });
  return answerOf(pageOf(await response.text()), response.ok);
}

/** Styles, which the console's own policy would refuse with a message for each. */
const STYLES = /<style\b[^]*?<\/style>|\sstyle=(?:"[^"]*"|'[^']*')/gi;

/** Scripts in such a document do not run, and nothing in it is loaded. */
const pageOf = (html: string) => new DOMParser().parseFromString(html.replace(STYLES, ""), "text/html");

/** None of a form that asks for more than a press of a button. */
function buttonsOf(form: HTMLFormElement, path: string): readonly FormButton[] {
  const action = form.getAttribute("action") ?? "";
  const inputs = [...form.querySelectorAll("input, select, textarea")] as HTMLInputElement[];
  if (form.method !== "post" || action !== "" || inputs.some(({ type }) => type !== "hidden")) return [];
  const hidden = inputs.map(({ name, value }) => [name, value] as const);
  return [...form.querySelectorAll("button")]
    .filter(({ type }) => type === "submit")
    .map(({ textContent, name, value }) => ({
      label: textContent.trim(),
      action: path,
      fields: name === "" ? hidden : [...hidden, [name, value] as const],
    }));
}

function answerOf(page: Document, isGood: boolean): Answer {
  const texts = [page.querySelector("h1"), page.querySelector("h1 ~ p, main p")].map(
    (element) => element?.textContent.replace(/\s+/g, " ").trim() ?? "",
  );
  const text = texts.filter((one) => one !== "").join(": ");
  return { isGood, text: text === "" ? (isGood ? "Done" : "The app refused this.") : text };
}

export const textOfError = (error: unknown) =>
  error instanceof HttpError || error instanceof Error ? error.message : String(error);
