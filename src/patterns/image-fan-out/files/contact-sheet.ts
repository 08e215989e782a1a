import {
  CELL_PICTURE_WIDTH,
  type ContactSheet,
  type ContactSheetCell,
  MAX_CONTACT_SHEET_CELLS,
} from "../../../services/images/image-renderer.ts";
import type { Manifest } from "./manifest.ts";

type Photo = Manifest["photos"][number];

/** The album on one page: all photos by name, or an evenly distributed selection of a large album. */
export function contactSheetOf(
  manifest: Manifest,
  read: (path: string) => Promise<Uint8Array>,
): ContactSheet {
  const all = [...manifest.photos, ...manifest.failures].sort((a, b) => (a.name < b.name ? -1 : 1));
  const cells = evenSelection(all, MAX_CONTACT_SHEET_CELLS).map((entry): ContactSheetCell => {
    const caption = entry.name;
    if ("reason" in entry) return { kind: "missing", caption, reason: entry.reason };
    return { kind: "picture", caption, load: () => read(thumbnailOf(entry)) };
  });
  return { title: manifest.album, subtitle: subtitle(manifest, cells.length), cells };
}

function subtitle({ photos, failures }: Manifest, shown: number): string {
  const count = photos.length + failures.length;
  const total = count === 1 ? "1 photo" : `${count.toLocaleString("en")} photos`;
  return [
    shown < count ? `${shown} of ${total}` : total,
    ...(failures.length > 0 ? [`${failures.length.toLocaleString("en")} could not be rendered`] : []),
  ].join(" · ");
}

/** The smallest rendition that fills a cell, or else the largest one. */
function thumbnailOf({ renditions }: Photo): string {
  const byWidth = renditions.toSorted((a, b) => a.width - b.width);
  return (byWidth.find(({ width }) => width >= CELL_PICTURE_WIDTH) ?? byWidth.at(-1))?.url ?? "";
}

function evenSelection<T>(items: readonly T[], most: number): readonly T[] {
  if (items.length <= most) return items;
  return Array.from({ length: most }, (_, index) => items[Math.floor((index * items.length) / most)] as T);
}
