import { z } from "zod";

/** The formats in which renditions are made. */
export const imageFormat = z.enum(["webp", "jpeg", "avif"]);
export type ImageFormat = z.infer<typeof imageFormat>;
