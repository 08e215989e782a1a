import type { ImageFormat } from "../../values.ts";

/** The renditions to make of one photo. */
export interface RenderingOrder {
  /** In pixels. A narrower photo is rendered once, in its own width. */
  readonly widths: readonly number[];
  readonly format: ImageFormat;
  /** 1 to 100; the default depends on the format. */
  readonly quality?: number | undefined;
}

export interface RenderedImage {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

/** The result for a photo. A photo that cannot be decoded is a result, because a retry would not help. */
export type Rendering =
  | {
      readonly kind: "rendered";
      /** Width and height of the photo itself, after its rotation is applied. */
      readonly width: number;
      readonly height: number;
      readonly images: readonly RenderedImage[];
    }
  | { readonly kind: "unreadable"; readonly reason: string }
  /** The photo does not exist. */
  | { readonly kind: "missing" };

/** One cell of a contact sheet: a picture, or the reason why there is none. */
export type ContactSheetCell =
  | {
      readonly kind: "picture";
      readonly caption: string;
      /** Called when the picture is drawn, so that the pictures of a sheet are never in memory at the same time. */
      readonly load: () => Promise<Uint8Array>;
    }
  | { readonly kind: "missing"; readonly caption: string; readonly reason: string };

export interface ContactSheet {
  readonly title: string;
  readonly subtitle: string;
  readonly cells: readonly ContactSheetCell[];
}

/** Decodes and encodes images. */
export interface ImageRenderer {
  /** The size in pixels that a file's first bytes declare; undefined if it cannot be read. */
  declaredSize(head: Uint8Array): Promise<{ readonly width: number; readonly height: number } | undefined>;
  /**
   * Upright, in sRGB, without metadata, never enlarged, smallest width first.
   *
   * @param load called when the photo is rendered, so that waiting photos are not in memory
   */
  render(load: () => Promise<Uint8Array | undefined>, order: RenderingOrder): Promise<Rendering>;
  /** All cells on one page, as JPEG. */
  drawContactSheet(sheet: ContactSheet): Promise<Uint8Array>;
}

/** The most pixels of a photo: a decoder would need gigabytes for more. */
export const MAX_PIXELS = 100_000_000;

/**
 * The most pixels of all renditions of one photo together. An encoder's memory and time grow with them: with noise,
 * AVIF needs ten times as much of both as JPEG.
 */
export const MAX_RENDITION_PIXELS: Readonly<Record<ImageFormat, number>> = {
  jpeg: 50_000_000,
  webp: 12_000_000,
  avif: 8_000_000,
};

/** Pixels of a photo's renditions together. @param aspect height of the photo by its width */
export const renditionPixels = (widths: readonly number[], aspect: number) =>
  widths.reduce((pixels, width) => pixels + width * width * aspect, 0);

export const megapixels = (pixels: number) =>
  (pixels / 1e6).toLocaleString("en", { maximumFractionDigits: 1 });

/** The most cells of a contact sheet; with more, the picture would be too large to open. */
export const MAX_CONTACT_SHEET_CELLS = 120;

/** The maximum width of a contact sheet's pictures. */
export const CELL_PICTURE_WIDTH = 240;
