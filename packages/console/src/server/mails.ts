import type { InstanceMail } from "../api/local-host-extras.ts";
import type { SandboxMail } from "./host.ts";

const MOST = 50;
const LINK = /https?:\/\/[^\s<>"]+/g;

/** The mails that name an instance in their text, such as in a link for its approver; the newest first. */
export function mailsAbout(instanceId: string, mails: readonly SandboxMail[]): InstanceMail[] {
  return mails
    .filter(({ text }) => names(text, instanceId))
    .slice(-MOST)
    .toReversed()
    .map(({ to, subject, text, sentAt }) => ({
      to,
      subject,
      text,
      links: text.match(LINK) ?? [],
      sentAt: new Date(sentAt).toISOString(),
    }));
}

/** Whether the text has the id as a whole: `order-1` is not in `order-12`. */
function names(text: string, id: string): boolean {
  for (let at = text.indexOf(id); at !== -1; at = text.indexOf(id, at + 1)) {
    const neighbors = [text[at - 1], text[at + id.length]];
    if (!neighbors.some((character) => character !== undefined && /[\w-]/.test(character))) return true;
  }
  return false;
}
