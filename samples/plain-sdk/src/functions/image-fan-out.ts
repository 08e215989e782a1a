/** Fan-out/fan-in: all photos of an album are printed in parallel, then the results are brought together. */
import * as df from "durable-functions";
import { albums } from "../shop.ts";

// Milliseconds: three attempts, with pauses of 5 and 10 seconds.
const retry = new df.RetryOptions(5_000, 3);
retry.backoffCoefficient = 2;

df.app.orchestration("album", function* (context) {
  const album = context.df.getInput<string>();
  const photos: string[] = yield context.df.callActivityWithRetry("listPhotos", retry, album);

  const tasks = photos.map((photo) => context.df.callActivityWithRetry("renderPhoto", retry, photo));
  const sizes: number[] = yield context.df.Task.all(tasks);

  const bytes = sizes.reduce((sum, size) => sum + size, 0);
  yield context.df.callActivityWithRetry("writeManifest", retry, { album, photos, bytes });
  return { photos: photos.length, bytes };
});

df.app.activity("listPhotos", { handler: (album: string) => albums.photos(album) });
df.app.activity("renderPhoto", { handler: (photo: string) => albums.render(photo) });
df.app.activity("writeManifest", { handler: (manifest: object) => albums.write(manifest) });

df.app.client.http("startAlbum", {
  route: "albums/{album}/renditions",
  methods: ["POST"],
  handler: async (request, client) => {
    const instanceId = await client.startNew("album", { input: request.params["album"] });
    return client.createCheckStatusResponse(request, instanceId);
  },
});
