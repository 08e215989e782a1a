import { definePattern } from "../pattern.ts";
import { type AlbumServices, createAlbumEndpoints } from "./albums.http.ts";
import { createPhotoEndpoints } from "./photos.http.ts";
import { createRenditionFileEndpoints } from "./rendition-files.http.ts";
import { createRenditionLaneActivities } from "./rendition-lane.activities.ts";
import { renditionLaneOrchestrator } from "./rendition-lane.orchestrator.ts";
import { createRenditionActivities, type RenditionServices } from "./renditions.activities.ts";
import { renditions } from "./renditions.contract.ts";
import { createRenditionEndpoints } from "./renditions.http.ts";
import { renditionDescriptions } from "./renditions.openapi.ts";
import { renditionsOrchestrator } from "./renditions.orchestrator.ts";

export const imageFanOut = definePattern<RenditionServices & AlbumServices>({
  name: "image-fan-out",
  orchestrations: {
    root: renditions,
    orchestrators: [renditionsOrchestrator, renditionLaneOrchestrator],
    // The parent hears nothing while its lanes work.
    stuckAfter: { hours: 6 },
  },
  activities: (services) => [
    ...createRenditionActivities(services),
    ...createRenditionLaneActivities(services),
  ],
  endpoints: (services) => [
    ...createPhotoEndpoints(services),
    ...createAlbumEndpoints(services),
    ...createRenditionEndpoints(services),
    ...createRenditionFileEndpoints(services),
  ],
  descriptions: renditionDescriptions,
});
