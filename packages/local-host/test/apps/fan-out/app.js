import { copyFile, mkdir, readdir, stat } from "node:fs/promises";
import path from "node:path";
import * as df from "durable-functions";

df.app.activity("listFiles", {
  handler: async (folder) => {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    return entries
      .filter((entry) => entry.isFile())
      .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)));
  },
});

df.app.activity("backUpFile", {
  handler: async ({ from, to, file }) => {
    const target = path.join(to, file);
    await mkdir(path.dirname(target), { recursive: true });
    await copyFile(path.join(from, file), target);
    return (await stat(target)).size;
  },
});

/** Fan-out/fan-in: every file of a folder is copied at the same time; the result is the number of bytes. */
df.app.orchestration("backUpSiteContent", function* (context) {
  const { from, to } = context.df.getInput();
  const files = yield context.df.callActivity("listFiles", from);
  const copies = files.map((file) => context.df.callActivity("backUpFile", { from, to, file }));
  const sizes = yield context.df.Task.all(copies);
  return sizes.reduce((sum, size) => sum + size, 0);
});

df.app.client.http("start", {
  route: "orchestrators/{name}",
  methods: ["POST"],
  handler: async (request, client) => {
    const text = await request.text();
    const input = text === "" ? undefined : JSON.parse(text);
    const instanceId = await client.startNew(request.params.name, { input });
    return client.createCheckStatusResponse(request, instanceId);
  },
});
