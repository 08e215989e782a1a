import { afterAll, beforeAll, expect, test } from "vitest";
import { APPROVER, aRefund, Refunds, SECOND } from "../../../../test/patterns/refund-approval/refunds.ts";
import { hasBrowser, OVERFLOW, screenshot, useBrowser, violations } from "../support/browser.ts";
import { serveShop, type ServedShop } from "../support/served-shop.ts";

const LONG_MS = 60_000;

const browser = useBrowser();
let shop: ServedShop;

beforeAll(async () => {
  if (!hasBrowser) return;
  shop = await serveShop();
  // More than a queue shows at once.
  const outbox = await shop.storage.queue("outbox");
  for (let i = 0; i < 40; i++) await outbox.sendMessage(i % 2 === 0 ? "no JSON" : '{"to":"a"}');
}, LONG_MS);
afterAll(() => shop?.host.stop());

async function aWaitingRefund(): Promise<string> {
  const orderId = await new Refunds(shop.url, shop.storage).soldOrder();
  return shop.start("/api/refunds", aRefund({ orderId }));
}

test.skipIf(!hasBrowser)(
  "a refund is approved with the button of its mail",
  { timeout: LONG_MS },
  async () => {
    const id = await aWaitingRefund();
    const page = await browser.open(`${shop.url}/#/instances/${id}`);
    const mails = page.getByRole("region", { name: "Mails" });
    await mails.getByText(`Mail to ${APPROVER}`).waitFor();
    await mails.getByRole("button", { name: "Reject" }).waitFor();
    await mails.getByRole("button", { name: "Please decide" }).click();
    await screenshot(page, "mails-light");
    expect(await violations(page)).toEqual([]);
    await mails.getByRole("button", { name: "Approve" }).click();
    await mails.getByText("Approved: You have approved the refund of EUR 59.99").waitFor();
    await page.locator(".bar .status", { hasText: "Completed" }).waitFor();
    expect(await page.getByRole("region", { name: "Output" }).innerText()).toContain('"approved"');
    expect(await mails.getByRole("button", { name: "Approve" }).count()).toBe(0);
    await page.close();
  },
);

test.skipIf(!hasBrowser)(
  "as the clock is advanced, reminders come, and only the newest mail of a round decides",
  { timeout: LONG_MS },
  async () => {
    const id = await aWaitingRefund();
    const page = await browser.open(`${shop.url}/#/instances/${id}`, { hasHttpErrors: true });
    const mails = page.getByRole("region", { name: "Mails" });
    await mails.getByRole("button", { name: "Approve" }).waitFor();
    await page.getByRole("region", { name: "Custom status" }).locator("summary").click();
    await page.getByRole("button", { name: "+1 day" }).click();
    await mails.getByText("Reminder: refund").waitFor();
    await page.getByText('remindersSent": 1').waitFor();
    expect(await mails.getByRole("button", { name: "Approve" }).count()).toBe(1);
    await page.getByRole("button", { name: "+1 day" }).click();
    await page.getByText('remindersSent": 2').waitFor();
    await page.getByRole("button", { name: "+1 day" }).click();
    await page.getByRole("button", { name: "+1 min" }).click();
    await mails.getByText(`Mail to ${SECOND}`).waitFor();
    // The links of the first approver have come to their end.
    const mailsTo = (to: string) => mails.locator(".mail", { hasText: `Mail to ${to}` });
    await expect
      .poll(() => mailsTo(APPROVER).getByRole("button", { name: "Reject" }).count(), { timeout: 10_000 })
      .toBe(0);
    await mailsTo(SECOND).getByRole("button", { name: "Reject" }).click();
    await mails.getByText("Rejected: You have rejected").waitFor();
    await page.locator(".bar .status", { hasText: "Completed" }).waitFor();
    const output = await page.getByRole("region", { name: "Output" }).innerText();
    expect(output).toContain('"rejected"');
    expect(output).toContain(SECOND);
    await page.close();
  },
);

test.skipIf(!hasBrowser)("a suspended refund's links are not opened", { timeout: LONG_MS }, async () => {
  const id = await aWaitingRefund();
  const page = await browser.open(`${shop.url}/#/instances/${id}`);
  const approve = page.getByRole("region", { name: "Mails" }).getByRole("button", { name: "Approve" });
  await approve.waitFor();
  await shop.host.hub.suspend(id, "wait");
  await page.locator(".bar .status", { hasText: "Suspended" }).waitFor();
  expect(await approve.count()).toBe(0);
  await page.reload();
  await page.getByRole("region", { name: "Mails" }).waitFor();
  expect(await approve.count()).toBe(0);
  await shop.host.hub.resume(id, "go on");
  await approve.waitFor();
  await page.close();
});

test.skipIf(!hasBrowser).for([
  ["dark", { colorScheme: "dark" }],
  ["narrow", { width: 360 }],
] as const)("mails in the look %s", { timeout: LONG_MS }, async ([look, options]) => {
  const id = await aWaitingRefund();
  const page = await browser.open(`${shop.url}/#/instances/${id}`, options);
  await page.getByRole("button", { name: "Approve" }).waitFor();
  await screenshot(page, `mails-${look}`);
  expect(await violations(page)).toEqual([]);
  expect(await page.evaluate<number>(OVERFLOW)).toBeLessThanOrEqual(0);
  await page.close();
});
