import type { RefundSettings } from "../settings.ts";
import type { LinkSigner } from "../signed-links/link-signer.ts";
import type { Claims } from "../storage/claims.ts";
import type { Rescues } from "../storage/rescues.ts";
import type { AlbumStore } from "./albums/album-store.ts";
import type { RenditionStore } from "./albums/rendition-store.ts";
import type { ImageRenderer } from "./images/image-renderer.ts";
import type { OutsideSystems } from "./outside-systems.ts";
import type { ImportFiles } from "./price-lists/import-files.ts";
import type { PriceListStore } from "./price-lists/price-list-store.ts";
import type { ReportStore } from "./reports/report-store.ts";

/** All services; each pattern uses those that it needs. */
export interface Services extends OutsideSystems {
  readonly claims: Claims;
  readonly rescues: Rescues;
  readonly albums: AlbumStore;
  readonly renditions: RenditionStore;
  readonly renderer: ImageRenderer;
  readonly reports: ReportStore;
  readonly priceLists: PriceListStore;
  readonly importFiles: ImportFiles;
  readonly decisionLinks: LinkSigner;
  readonly refunds: RefundSettings;
}
