import type { RefundSettings, Settings } from "../settings.ts";
import type { AlbumStore } from "./albums/album-store.ts";
import { BlobAlbumStore } from "./albums/blob-album-store.ts";
import { BlobRenditionStore } from "./albums/blob-rendition-store.ts";
import type { RenditionStore } from "./albums/rendition-store.ts";
import { type Claims, TableClaims } from "../storage/claims.ts";
import type { ImageRenderer } from "./images/image-renderer.ts";
import { SharpRenderer } from "./images/sharp-renderer.ts";
import { BlobImportFiles } from "./price-lists/blob-import-files.ts";
import { BlobPriceListStore } from "./price-lists/blob-price-list-store.ts";
import type { ImportFiles } from "./price-lists/import-files.ts";
import type { PriceListStore } from "./price-lists/price-list-store.ts";
import { BlobReportStore } from "./reports/blob-report-store.ts";
import type { ReportStore } from "./reports/report-store.ts";
import { type Rescues, TableRescues } from "../storage/rescues.ts";
import type { OutsideSystems } from "./outside-systems.ts";
import { createSandbox } from "./sandbox/sandbox.ts";
import { linkKey } from "../signed-links/link-key.ts";
import { LinkSigner } from "../signed-links/link-signer.ts";
import type { Storage } from "../storage/storage.ts";

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

/** Chooses the implementation of each service. */
export function createServices(settings: Settings, storage: Storage): Services {
  return {
    ...createSandbox(storage),
    claims: new TableClaims(storage),
    rescues: new TableRescues(storage),
    albums: new BlobAlbumStore(storage),
    renditions: new BlobRenditionStore(storage),
    renderer: new SharpRenderer(settings.images),
    reports: new BlobReportStore(storage),
    priceLists: new BlobPriceListStore(storage),
    importFiles: new BlobImportFiles(storage),
    decisionLinks: new LinkSigner(
      "refund decision, version 1",
      linkKey(settings.refunds.decisionKey, storage),
    ),
    refunds: settings.refunds,
  };
}
