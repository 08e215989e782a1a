import { expect, test } from "vitest";
import { mailsAbout } from "../src/server/mails.ts";

const mail = (text: string, sentAt = 0) => ({ to: "a@example.com", subject: "Decide", text, sentAt });

test("a mail is about the instances that its text names, as whole ids", () => {
  const mails = [mail("of order-1."), mail("of order-12"), mail("of my-order-1"), mail("/order-1/x?a=b")];
  expect(mailsAbout("order-1", mails).map(({ text }) => text)).toEqual(["/order-1/x?a=b", "of order-1."]);
  expect(mailsAbout("order", mails)).toEqual([]);
});

test("the newest mail is first, with the links of its text, and 50 are the most", () => {
  const text = 'see <https://shop.example/refunds/r-1?token=x.y> or "http://localhost:7071/r-1".';
  const [first, ...others] = mailsAbout(
    "r-1",
    [...Array(60).keys()].map((at) => mail(text, at)),
  );
  expect(first).toEqual({
    to: "a@example.com",
    subject: "Decide",
    text,
    links: ["https://shop.example/refunds/r-1?token=x.y", "http://localhost:7071/r-1"],
    sentAt: new Date(59).toISOString(),
  });
  expect(others).toHaveLength(49);
});
