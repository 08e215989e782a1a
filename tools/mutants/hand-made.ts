import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../run.ts";
import { type Mutant, mutantAt } from "./mutant.ts";

interface HandMade {
  readonly file: string;
  readonly find: RegExp;
  /** The replacement, as for `String.replace`. */
  readonly put: string;
  readonly what: string;
}

const ORDER = "src/patterns/order-chaining/order.activities.ts";
const REFUND = "src/patterns/refund-approval/refund.activities.ts";

/** Mutants that no rule creates: faults that would cost money, or that tests did not notice before. */
const HAND_MADE: readonly HandMade[] = [
  {
    file: ORDER,
    find: /toParts\(await journal\.withdrawSale\(.*\)\)/,
    put: "[]",
    what: "no sale is withdrawn",
  },
  newKey(ORDER, /keyOf\(orderId, contract\.chargePayment\)/, "each attempt charges again"),
  newKey(ORDER, /keyOf\(orderId, contract\.bookShipment\)/, "each attempt ships again"),
  newKey(ORDER, /keyOf\(orderId, contract\.sendConfirmation\)/, "each attempt mails again"),
  newKey(ORDER, /(?<=warehouse\.reserve\()orderId/, "each attempt reserves again"),
  undoLate("releaseStock"),
  undoLate("refundPayment"),
  undoLate("cancelShipment"),
  undoLate("withdrawSale"),
  newKey(REFUND, /(?<=refundAmount\(\{ idempotencyKey: )refundId/, "each attempt gives the money back again"),
  newKey(
    REFUND,
    /(?<=recordRefund\(\{ )refundId(?=,)/,
    "each attempt records the refund again",
    "refundId: ",
  ),
  {
    file: "src/patterns/refund-approval/refund.http.ts",
    find: /refunds\.publicUrl \?\? /,
    put: "",
    what: "decision links lead to any host that a request names",
  },
];

/** @throws {Error} if one does not match the code any more */
export function handMade(): Mutant[] {
  return HAND_MADE.map(({ file, find, put, what }) => {
    const source = readFileSync(join(ROOT, file), "utf8");
    const match = find.exec(source);
    if (!match) throw new Error(`hand-made.ts: ${file} does not contain ${find.source} any more`);
    const start = match.index;
    const end = start + match[0].length;
    const mutated = source.replace(find, put);
    const text = mutated.slice(start, mutated.length - (source.length - end));
    return mutantAt(file, source, { start, end, text, what });
  });
}

/** A key that is different in each attempt. */
function newKey(file: string, find: RegExp, what: string, before = ""): HandMade {
  return { file, find, put: `${before}crypto.randomUUID()`, what };
}

/** An undo that is pushed after its step. */
function undoLate(undo: string): HandMade {
  const push = ` *undo\\.push\\(order\\.${undo}.*\\n`;
  const step = "(?:.*\\n)*?.*yield\\*.*\\n";
  return {
    file: "src/patterns/order-chaining/order.orchestrator.ts",
    find: new RegExp(`(${push})(${step})`),
    put: "$2$1",
    what: `${undo} is pushed after its step`,
  };
}
