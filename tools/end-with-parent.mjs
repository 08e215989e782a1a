// Preloaded (node --import) into a process that is started with an IPC channel: once whoever started it is gone, even
// by kill -9, it ends as if by SIGTERM, and gives back its port, its locks and what it has started itself.
if (process.channel) {
  process.once("disconnect", () => process.kill(process.pid, "SIGTERM"));
  process.channel.unref();
}
