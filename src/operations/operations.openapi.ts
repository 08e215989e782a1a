import { z } from "zod";
import type { Description, Descriptions } from "../openapi/description.ts";
import { accepted, continuation, instant, links, status } from "../openapi/schemas.ts";
import { health } from "./health.ts";
import { instanceHistory } from "./instance-history.ts";
import { commandRequest } from "./instances.request.ts";
import { PATTERNS } from "../patterns/patterns.ts";

const summary = z.object({
  id: z.string(),
  pattern: z.enum(PATTERNS.map(({ name }) => name)).nullable(),
  orchestration: z.string(),
  version: z.string().optional().describe("Version of the app with which it was started; it never changes"),
  status,
  createdAt: instant,
  updatedAt: instant,
  links,
});
const instance = summary.meta({ id: "Instance" });

const detail = summary
  .extend({
    progress: z.unknown().describe("Custom status"),
    result: z.unknown().optional(),
    error: z.object({ type: z.enum(["failed", "terminated"]), message: z.string() }).optional(),
    history: instanceHistory,
  })
  .meta({ id: "InstanceWithHistory" });

const tag = "Operations";

const command = (
  summaryText: string,
  effect = "It takes effect when the instance next runs",
): Description => ({
  tag,
  summary: summaryText,
  body: commandRequest,
  isBodyOptional: true,
  answers: { 202: { ...accepted(effect), schema: instance } },
  problems: [409],
});

export const operationsDescriptions: Descriptions = {
  listInstances: {
    tag,
    summary: "List the instances of all patterns",
    answers: {
      200: {
        description: "A page of instances, by id",
        schema: z.object({ instances: z.array(instance), continuation }),
      },
    },
  },
  getInstance: {
    tag,
    summary: "Get an instance with its history",
    answers: { 200: { description: "The instance", schema: detail } },
  },
  suspendInstance: command("Suspend an instance"),
  resumeInstance: command("Resume a suspended instance"),
  terminateInstance: command(
    "Terminate an instance and its parts. Nothing is undone",
    "It ends when it next runs. An instance with parts has already ended, and so have its parts",
  ),
  rewindInstance: command(
    "Continue a failed instance from where it failed. If its history does not allow that, start it again like `restart`",
  ),
  restartInstance: command(
    "Start a failed or terminated instance again with the same id. Effects that it already had do not happen twice",
    "It starts again, and keeps the state that must not be lost",
  ),
  purgeInstance: {
    tag,
    summary: "Delete a finished instance and its history",
    answers: { 204: { description: "The instance was deleted" } },
    problems: [409],
  },
  getHealth: {
    tag,
    summary: "Check whether the app can work, part by part",
    answers: {
      200: { description: "The app can work. `degraded`: some instances make no progress", schema: health },
      503: { description: "The app cannot work", schema: health },
    },
  },
  getOpenApi: {
    tag,
    summary: "Get this document",
    answers: { 200: { description: "OpenAPI 3.1", schema: z.looseObject({ openapi: z.string() }) } },
  },
};
