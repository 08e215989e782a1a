// Preloaded (node --import) into a process that is started with an IPC channel: once the channel is closed, it ends as if
// by SIGTERM. So it ends with whoever started it, even by kill -9, and can be stopped cleanly on Windows, which has no
// such signal.
if (process.channel) {
  process.once("disconnect", () => {
    if (!process.emit("SIGTERM", "SIGTERM")) process.exit(143);
  });
  process.channel.unref();
}
