import { createHash } from "node:crypto";
import { type Activity, activity } from "../../durable/orchestration/functions.ts";
import type { Services } from "../../services/services.ts";
import { checkShipment, mailShipmentNews, type News } from "./shipment.contract.ts";
import { instanceIdOf } from "./shipment.view.ts";
import { isStopAccepted } from "./watch/stop.ts";

const TEXTS: Readonly<Record<News["kind"], string>> = {
  announced: "is announced",
  inTransit: "is on its way",
  outForDelivery: "comes today",
  delivered: "has been delivered",
  lost: "is lost",
  returned: "goes back to the shop",
  overdue: "is overdue",
};

/** The steps of a watch. */
export function createShipmentActivities({ claims, tracking, mail }: Services): Activity[] {
  return [
    activity(checkShipment, async ({ trackingNumber, watchId, lookId }) => {
      const [position, isStopped] = await Promise.all([
        tracking.locate(trackingNumber, lookId),
        isStopAccepted(claims, instanceIdOf(trackingNumber), watchId),
      ]);
      return { ...position, ...(isStopped && { isStopped }) };
    }),
    activity(mailShipmentNews, ({ trackingNumber, notify, news }) =>
      mail.send({
        // The key contains the recipient, not the watch: a second watch of the parcel does not send the same news
        // again.
        messageId: `${trackingNumber}-${news.key}-${fingerprint(notify)}`,
        to: notify,
        subject: `Your parcel ${trackingNumber} ${TEXTS[news.kind]}`,
        text: `Your parcel ${trackingNumber} ${TEXTS[news.kind]}. Last seen: ${news.place}.`,
      }),
    ),
  ];
}

const fingerprint = (text: string) => createHash("sha256").update(text).digest("hex").slice(0, 16);
