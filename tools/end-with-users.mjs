// Preloaded (node --import) into a process whose standard input is a pipe: when the last process that holds the other end
// has ended, also after kill -9, this one ends as after SIGTERM. So a process that several others use ends after them.
process.stdin.resume().unref();
process.stdin.once("close", () => {
  // Also one that cannot write its data, as on a full disk, ends: ?within=MS says when.
  setTimeout(() => process.exit(1), Number(new URL(import.meta.url).searchParams.get("within"))).unref();
  if (!process.emit("SIGTERM", "SIGTERM")) process.exit(143);
});
// Then nobody reads its output any more: a message about the end would be an error that ends it before its data is written.
for (const stream of [process.stdout, process.stderr]) stream.on("error", () => {});
