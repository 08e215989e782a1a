import { describe, expect, test } from "vitest";
import { checkNews, checkRepeatedMails } from "../../tools/traffic/mail-checks.ts";

/** A kill of the host, after which it needed so long to serve. */
const kill = (at: number, servingMs?: number) => ({
  at,
  target: "host" as const,
  recovery: servingMs === undefined ? undefined : { servingMs },
});

describe("a mail that was sent at these seconds, and the host was killed", () => {
  const at = (...seconds: number[]) => seconds.map((each) => 1000 * each);

  test.each<
    [how: string, sentAt: number[], kills: ReturnType<typeof kill>[], repeated: number, broken: number]
  >([
    ["once and never", at(10), [], 0, 0],
    ["twice and never", at(10, 20), [], 1, 1],
    ["twice and between", at(10, 20), [kill(15_000)], 1, 0],
    ["twice, read in another order, and between", at(20, 10), [kill(15_000)], 1, 0],
    ["twice and two seconds before", at(10, 20), [kill(8000)], 1, 0],
    ["twice and longer before", at(10, 20), [kill(7999)], 1, 1],
    ["twice and two seconds after", at(10, 20), [kill(22_000)], 1, 0],
    ["twice and longer after", at(10, 20), [kill(22_001)], 1, 1],
    ["twice, between and at another time", at(10, 20), [kill(1000), kill(15_000), kill(90_000)], 1, 0],
    ["twice and before, with a slow start", at(10, 20), [kill(5000, 3000), kill(90_000, 1000)], 1, 0],
    ["twice and before a slow start", at(10, 20), [kill(4999, 3000), kill(90_000, 1000)], 1, 1],
    ["three times and between the first two", at(10, 20, 30), [kill(15_000)], 2, 1],
    ["three times and between the last two", at(10, 20, 30), [kill(25_000)], 2, 1],
  ])("%s", (_how, sentAt, kills, repeated, broken) => {
    const mail = { messageId: "one", to: "a@example.com", subject: "News", text: "" };
    const mails = sentAt.map((each) => ({ mail, sentAt: new Date(each) }));
    const found = checkRepeatedMails({ mails, kills });
    expect([found.repeated, found.broken.length, found.compared]).toEqual([repeated, broken, 1]);
  });
});

describe("the news of a parcel", () => {
  const watch = {
    pattern: "watch",
    kind: "an ordinary parcel",
    path: "",
    body: {},
    ends: [],
    about: { trackingNumber: "PP12345678" },
    id: "shipment-PP12345678",
    self: "",
    askedAt: 0,
  } as const;
  const texts = ["is announced", "is on its way", "comes today", "has been delivered"];
  const broken = (told: readonly string[], target: "host" | "worker", at = 0, end = "delivered") => {
    const mails = told.map((text, index) => ({
      mail: {
        messageId: `${index}`,
        to: "a@example.com",
        subject: `Your parcel PP12345678 ${text}`,
        text: "",
      },
      sentAt: new Date(),
    }));
    const states = new Map([[watch.id, { status: "completed", result: { kind: end } }]]);
    const summary = { orchestration: "", status: "completed", createdAt: new Date(0).toISOString() };
    const instances = [{ ...summary, id: watch.id, updatedAt: new Date(9000).toISOString() }];
    return checkNews({ started: [watch], states, mails, kills: [{ at, target }], instances }).broken.length;
  };

  test("is complete; only a step that died with its worker may be missing, but not the end", () => {
    expect(broken(texts, "host")).toBe(0);
    expect(broken(texts.toSpliced(1, 1), "host")).toBe(1);
    expect(broken(texts.toSpliced(1, 1), "worker")).toBe(0);
    expect(broken(texts.slice(0, -1), "worker")).toBe(1);
    expect(broken(texts.toSpliced(1, 1), "worker", 20_000)).toBe(1);
  });

  test("is without an end only if a watch that is overdue lost a step with its worker", () => {
    const onTheWay = ["is announced", "is on its way"];
    expect(broken([...onTheWay, "is overdue"], "host", 0, "overdue")).toBe(0);
    expect(broken(onTheWay, "host", 0, "overdue")).toBe(1);
    expect(broken(onTheWay, "worker", 0, "overdue")).toBe(0);
    // Its time may pass before the first check.
    expect(broken(["is overdue"], "host", 0, "overdue")).toBe(0);
  });

  test("is mailed under one id, and belongs to the journey", () => {
    expect(broken([...texts, "comes today"], "worker")).toBe(1);
    expect(broken([...texts, "is lost"], "worker")).toBe(1);
  });
});
