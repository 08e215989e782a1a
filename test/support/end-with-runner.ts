// Otherwise, a test whose runner is killed would continue to run, with all processes that it has started.
function endWithRunner(): void {
  process.kill(process.pid, "SIGKILL");
}

// Files that share a process each load this module.
if (!process.listeners("disconnect").some(({ name }) => name === endWithRunner.name)) {
  process.once("disconnect", endWithRunner);
}
