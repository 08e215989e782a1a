// A test whose runner is killed would continue, with all processes that it has started.
process.once("disconnect", () => process.kill(process.pid, "SIGKILL"));
