import { checkUrl, commandLine } from "./command-line.ts";
import { fail } from "./run.ts";
import { sentMails } from "./tour/outbox.ts";

const HELP = `Usage: npm run mails [-- options]

Prints the mails that a local app has sent, oldest first. They stay in its outbox, the queue shop-outbox.

  --base URL  the app (default http://127.0.0.1:7071)
  --to TEXT   only mails to addresses that contain this text
  --help      show this text`;

const { base, to } = commandLine(HELP, {
  base: { type: "string", default: "http://127.0.0.1:7071" },
  to: { type: "string", default: "" },
});
checkUrl("--base", base);

try {
  const mails = await sentMails(base);
  if (!mails) fail(`No storage emulator of an app at ${base} on this machine: start the app with npm start.`);
  const shown = mails.filter((mail) => mail.to.includes(to));
  for (const { to: receiver, subject, text } of shown) {
    console.log(`To: ${receiver}\nSubject: ${subject}\n\n${text.trim()}\n\n---`);
  }
  if (shown.length === 0) {
    console.log(
      mails.length === 0 ? "There are no mails yet." : `None of ${mails.length} mails is to ${to}.`,
    );
  }
} catch (error) {
  fail(`The outbox cannot be read: ${error instanceof Error ? error.message.split("\n")[0] : String(error)}`);
}
