import type { ImageFormat } from "../../values.ts";

/** The renditions to make of one photo. */
export interface RenderingOrder {
  /** In pixels. A photo that is narrower is rendered in its own width, once. */
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

/** What became of a photo. A photo that cannot be decoded is an answer: trying again would not help. */
export type Rendering =
  | {
      readonly kind: "rendered";
      /** Of the photo itself, the right way up. */
      readonly width: number;
      readonly height: number;
      readonly images: readonly RenderedImage[];
    }
  | { readonly kind: "unreadable"; readonly reason: string }
  /** There was nothing to load. */
  | { readonly kind: "missing" };

/** One cell of a contact sheet: a picture, or the reason why there is none. */
export type ContactSheetCell =
  | {
      readonly kind: "picture";
      readonly caption: string;
      /** Called when the picture is drawn, so that a sheet's pictures are never in memory together. */
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
  /** The pixel size that a file's first bytes declare; undefined if they declare none that can be read. */
  declaredSize(head: Uint8Array): Promise<{ readonly width: number; readonly height: number } | undefined>;
  /**
   * Upright, in sRGB, without metadata, never enlarged, smallest width first.
   *
   * @param load called when it is the photo's turn, so that those that wait are not in memory
   */
  render(load: () => Promise<Uint8Array | undefined>, order: RenderingOrder): Promise<Rendering>;
  /** All cells on one page, as JPEG. */
  drawContactSheet(sheet: ContactSheet): Promise<Uint8Array>;
}

/** No photo has more: a decoder would need gigabytes for it. */
export const MAX_PIXELS = 100_000_000;

/**
 * Pixels of all renditions of one photo together. An encoder's memory and time grow with them: with noise, AVIF takes
 * ten times as much of both as JPEG.
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

/** Cells that a contact sheet holds; more would be a picture that nobody can open. */
export const MAX_CONTACT_SHEET_CELLS = 120;

/** Width of a contact sheet's pictures at most: what is worth fetching for a cell. */
export const CELL_PICTURE_WIDTH = 240;
