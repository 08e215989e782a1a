// A test that runs when its runner is killed would go on by itself, with all that it has started.
process.once("disconnect", () => process.kill(process.pid, "SIGKILL"));
