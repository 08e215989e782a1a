import { useEffect, useState } from "preact/hooks";
import { EXTRAS_PATH, type InstanceMail } from "../../../api/local-host-extras.ts";
import type { InstanceStatus } from "../../../api/management-api.ts";
import { sendJson } from "../../api/http.ts";
import { usePolling } from "../../api/polling.ts";
import { isEnded } from "../../parts/statuses.ts";
import { LongText, Text, visible } from "../../parts/text.tsx";
import { Moment } from "../../parts/time.tsx";
import { useApp } from "../../shell/app-context.ts";
import { type Answer, type FormButton, openForm, pathOf, press, textOfError } from "./linked-form.ts";

/** The mails of the app's sandbox that have a link to do something about an instance. */
export function Mails({ instance }: { readonly instance: InstanceStatus }) {
  const { about } = useApp();
  const { instanceId, runtimeStatus, lastUpdatedTime, historyEvents } = instance;
  const { value = [] } = usePolling(
    about?.canReadMails ? `mails ${instanceId}` : undefined,
    (signal) =>
      sendJson<InstanceMail[]>(`${EXTRAS_PATH}/instances/${encodeURIComponent(instanceId)}/mails`, {
        signal,
      }),
    (change) => change.kind === "instance" && change.instanceId === instanceId,
  );
  // A suspended instance takes no decision, and the app may refuse to show its page.
  const isAsking = !isEnded(runtimeStatus) && runtimeStatus !== "Suspended";
  const version = !isAsking ? undefined : `${lastUpdatedTime} ${historyEvents?.length}`;
  const mails = value.filter(({ links }) => links.length > 0);
  if (mails.length === 0) return null;
  return (
    <section class="mails" aria-label="Mails">
      {mails.map((mail, at) => (
        <Mail
          key={`${mail.sentAt} ${mail.subject}`}
          mail={mail}
          // An older mail may have the same link.
          version={mails.findIndex(hasLinkOf(mail)) === at ? version : undefined}
        />
      ))}
    </section>
  );
}

const hasLinkOf =
  ({ links }: InstanceMail) =>
  (other: InstanceMail) =>
    other.links.some((link) => links.includes(link));

interface MailProps {
  readonly mail: InstanceMail;
  /** Of the instance, while its links may still do something: each one may change the forms behind them. */
  readonly version: string | undefined;
}

function Mail({ mail: { to, subject, text, links, sentAt }, version }: MailProps) {
  const { now } = useApp();
  const [isRead, setRead] = useState(false);
  return (
    <div class="mail">
      <p class="mail-head">
        <span>
          Mail to <Text value={to} />
        </span>
        <button type="button" class="link" aria-expanded={isRead} onClick={() => setRead(!isRead)}>
          <Text value={subject} />
        </button>
        <span class="count">
          <Moment value={sentAt} now={now} />
        </span>
      </p>
      {isRead && <LongText value={text} label={`Text of the mail to ${to}`} />}
      {links.map((link) => (
        <Link key={link} link={link} version={version} />
      ))}
    </div>
  );
}

interface LinkProps extends Pick<MailProps, "version"> {
  readonly link: string;
}

function Link({ link, version }: LinkProps) {
  const { about } = useApp();
  const path = pathOf(link, about?.base ?? location.origin);
  if (!/^https?:/i.test(link)) return null;
  if (path === undefined) {
    return (
      <a href={link} target="_blank" rel="noreferrer noopener">
        {visible(link)}
      </a>
    );
  }
  return <OwnLink path={path} version={version} />;
}

/** A link to a page of the app itself: its form's buttons are here. */
function OwnLink({ path, version }: Pick<MailProps, "version"> & { readonly path: string }) {
  const [buttons, setButtons] = useState<readonly FormButton[]>([]);
  const [answer, setAnswer] = useState<Answer>();
  const [isBusy, setBusy] = useState(false);
  const isDecided = answer?.isGood ?? false;
  useEffect(() => {
    // A decision changes the page behind the link, also while it is under way.
    if (version === undefined || isBusy || isDecided) return undefined;
    const end = new AbortController();
    openForm(path, end.signal)
      .then((form) => setButtons(form.buttons))
      // The link itself is there.
      .catch(() => undefined);
    return () => end.abort();
  }, [path, version, isBusy, isDecided]);
  const onPress = (button: FormButton) => {
    setBusy(true);
    press(button)
      .then(setAnswer, (error: unknown) => setAnswer({ isGood: false, text: textOfError(error) }))
      .finally(() => setBusy(false));
  };
  return (
    <p class="mail-link">
      {version !== undefined &&
        !isDecided &&
        buttons.map((button) => (
          <button
            key={button.label}
            type="button"
            class="small"
            disabled={isBusy}
            onClick={() => onPress(button)}
          >
            {visible(button.label)}
          </button>
        ))}
      <a href={path} target="_blank" rel="noreferrer noopener">
        Open the page
      </a>
      <span role="status" class={isDecided ? "done" : "error"}>
        {answer !== undefined && <Text value={answer.text} />}
      </span>
    </p>
  );
}
