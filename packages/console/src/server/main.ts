import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { ArgumentError, readArguments, USAGE } from "./arguments.ts";
import { Proxy } from "./proxy/proxy.ts";

try {
  const args = readArguments(process.argv.slice(2), process.env);
  if (args === undefined) console.log(USAGE);
  else {
    const proxy = new Proxy(args.target);
    const server = createServer((request, response) => proxy.serve(request, response));
    server.on("error", (error: NodeJS.ErrnoException) => {
      const isTaken = error.code === "EADDRINUSE";
      end(isTaken ? `Port ${args.port} is in use. Choose another one with --port.` : error.message);
    });
    server.listen(args.port, "127.0.0.1", () => {
      const { port } = server.address() as AddressInfo;
      console.log(`Console for ${args.target.base}: http://127.0.0.1:${port}. Ctrl-C stops.`);
    });
  }
} catch (error) {
  // Any other error is a bug of this tool, and is shown with its stack.
  if (!(error instanceof ArgumentError)) throw error;
  end(error.message);
}

function end(message: string): never {
  console.error(message);
  process.exit(1);
}
