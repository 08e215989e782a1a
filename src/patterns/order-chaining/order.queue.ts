import { z } from "zod";
import { IDEMPOTENCY_KEY, identityOf, startClaimed } from "../../http/start.ts";
import { type QueueConsumer, queueConsumer } from "../../queues/queue-consumer.ts";
import type { Services } from "../../services/services.ts";
import { orderFulfilment, orderRequest } from "./order.contract.ts";

/** An order as partners send it. The message id has the role of `Idempotency-Key` over HTTP. */
const orderMessage = z.strictObject({
  messageId: z.string().regex(...IDEMPOTENCY_KEY),
  order: orderRequest,
});

/** Starts one order per message, and none for a repeated message. */
export function createOrderQueue({ claims }: Services): QueueConsumer {
  const accepts = { name: "takeOrder", queue: "orders", schema: orderMessage };
  return queueConsumer(accepts, async ({ messageId, order }, { orchestrations }) => {
    const start = { orchestration: orderFulfilment, input: order };
    await startClaimed(orchestrations, claims, start, identityOf(messageId, orderFulfilment.idPrefix, order));
  });
}
