import type { Pattern } from "../pattern.ts";
import { createAlbumEndpoints } from "./albums/albums.http.ts";
import { createRenditionFileEndpoints } from "./files/files.http.ts";
import { createRenditionLaneActivities } from "./lanes/lane.activities.ts";
import { renditionLaneOrchestrator } from "./lanes/lane.orchestrator.ts";
import { createRenditionActivities } from "./renditions.activities.ts";
import { renditions } from "./renditions.contract.ts";
import { createRenditionEndpoints } from "./renditions.http.ts";
import { renditionDescriptions } from "./renditions.openapi.ts";
import { renditionsOrchestrator } from "./renditions.orchestrator.ts";

export const imageFanOut: Pattern = {
  name: "image-fan-out",
  orchestrations: {
    root: renditions,
    orchestrators: [renditionsOrchestrator, renditionLaneOrchestrator],
    // The parent gets no events while its lanes work.
    stuckAfter: { hours: 6 },
  },
  activities: (services) => [
    ...createRenditionActivities(services),
    ...createRenditionLaneActivities(services),
  ],
  endpoints: (services) => [
    ...createAlbumEndpoints(services),
    ...createRenditionEndpoints(services),
    ...createRenditionFileEndpoints(services),
  ],
  descriptions: renditionDescriptions,
};
