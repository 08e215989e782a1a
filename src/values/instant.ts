import { z } from "zod";

/** A moment as the API shows it. */
export const instant = z.iso.datetime().describe("RFC 3339, in UTC");
