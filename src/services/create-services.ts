import type { Settings } from "../settings.ts";
import { linkKey } from "../signed-links/link-key.ts";
import { LinkSigner } from "../signed-links/link-signer.ts";
import { TableClaims } from "../storage/claims.ts";
import { TableRescues } from "../storage/rescues.ts";
import type { Storage } from "../storage/storage.ts";
import { BlobAlbumStore } from "./albums/blob-album-store.ts";
import { BlobRenditionStore } from "./albums/blob-rendition-store.ts";
import { SharpRenderer } from "./images/sharp-renderer.ts";
import { BlobImportFiles } from "./price-lists/blob-import-files.ts";
import { BlobPriceListStore } from "./price-lists/blob-price-list-store.ts";
import { BlobReportStore } from "./reports/blob-report-store.ts";
import { createSandbox } from "./sandbox/sandbox.ts";
import type { Services } from "./services.ts";

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
