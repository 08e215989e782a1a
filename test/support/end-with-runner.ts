// Otherwise, a test whose runner is killed would continue to run, with all processes that it has started.
process.once("disconnect", () => process.kill(process.pid, "SIGKILL"));
