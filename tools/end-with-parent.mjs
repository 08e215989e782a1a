// Preloaded (node --import) into a process with an IPC channel: when the channel closes, the process ends as after
// SIGTERM. So it ends with its parent, even after kill -9 of the parent, and can be stopped cleanly on Windows, which
// has no such signal.
if (process.channel) {
  process.once("disconnect", () => {
    if (!process.emit("SIGTERM", "SIGTERM")) process.exit(143);
  });
  process.channel.unref();
}
