import { expect, test } from "vitest";
import { QueueMailOutbox } from "../../src/services/sandbox/queue-mail-outbox.ts";
import { testStorage } from "../support/storage.ts";
import { sentMails } from "../support/sent-mails.ts";

const mail = {
  messageId: "order-1-sendConfirmation",
  to: "customer@example.com",
  subject: "Your order <1> & more",
  text: "Grüße\n“quoted” <b>&amp;</b>",
};

test("a mail is one JSON message in the queue, sent once even if the step is repeated", async () => {
  const storage = testStorage();
  for (let repeat = 0; repeat < 3; repeat++) await new QueueMailOutbox(storage).send(mail);
  await new QueueMailOutbox(storage).send({ ...mail, messageId: "order-2-sendConfirmation" });
  expect(await sentMails(storage)).toEqual([mail, { ...mail, messageId: "order-2-sendConfirmation" }]);
});
