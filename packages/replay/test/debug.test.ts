import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterEach, expect, test } from "vitest";
import { historyFileText } from "../src/index.ts";
import { appFolder, recorded } from "./support/app-versions.ts";

const PROGRAM = path.resolve(import.meta.dirname, "../bin/durable-replay.mjs");

const BODY = `
  const name = context.df.getInput();
  const greeting = yield context.df.callActivity("first", "Hello " + name);
  const second = greeting + "!";
  yield context.df.callActivity("second", second);
  return second;
`;

interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly params?: Readonly<Record<string, unknown>>;
  readonly result?: Readonly<Record<string, unknown>>;
}
interface CallFrame {
  readonly callFrameId: string;
  readonly location: { readonly scriptId: string; readonly lineNumber: number };
}

/** A debugger that is attached to a process through the inspector protocol. */
class Debugger {
  readonly #socket: WebSocket;
  readonly #waiting: {
    readonly matches: (message: Message) => boolean;
    readonly take: (message: Message) => void;
  }[] = [];
  readonly #unseen: Message[] = [];
  readonly #scripts = new Map<unknown, string>();
  #id = 0;

  constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.addEventListener("message", ({ data }) => this.#receive(JSON.parse(String(data)) as Message));
  }

  static async attach(url: string): Promise<Debugger> {
    const socket = new WebSocket(url);
    await new Promise((resolve, reject) => {
      socket.addEventListener("open", resolve);
      socket.addEventListener("error", reject);
    });
    return new Debugger(socket);
  }

  async send(method: string, params: object = {}): Promise<Readonly<Record<string, unknown>>> {
    const id = ++this.#id;
    this.#socket.send(JSON.stringify({ id, method, params }));
    return (await this.#next((message) => message.id === id)).result ?? {};
  }

  /** The innermost frame where the process stops next. */
  async paused(): Promise<CallFrame> {
    const { params } = await this.#next(({ method }) => method === "Debugger.paused");
    const [innermost] = (params?.["callFrames"] ?? []) as CallFrame[];
    if (innermost === undefined) throw new Error("The process did not stop.");
    return innermost;
  }

  detach(): void {
    this.#socket.close();
  }

  fileOf({ location }: CallFrame): string | undefined {
    return this.#scripts.get(location.scriptId);
  }

  async evaluate({ callFrameId }: CallFrame, expression: string): Promise<unknown> {
    const { result } = await this.send("Debugger.evaluateOnCallFrame", { callFrameId, expression });
    return (result as { readonly value?: unknown }).value;
  }

  #next(matches: (message: Message) => boolean): Promise<Message> {
    const seen = this.#unseen.find(matches);
    if (seen !== undefined) {
      this.#unseen.splice(this.#unseen.indexOf(seen), 1);
      return Promise.resolve(seen);
    }
    return new Promise((take) => this.#waiting.push({ matches, take }));
  }

  #receive(message: Message): void {
    if (message.method === "Debugger.scriptParsed") {
      this.#scripts.set(message.params?.["scriptId"], String(message.params?.["url"]));
      return;
    }
    const at = this.#waiting.findIndex(({ matches }) => matches(message));
    if (at < 0) this.#unseen.push(message);
    else this.#waiting.splice(at, 1)[0]?.take(message);
  }
}

let child: ChildProcess | undefined;
afterEach(() => child?.kill("SIGKILL"));

test("a debugger stops in the orchestrator, reads a variable, and steps over a yield", async () => {
  const history = await recorded(BODY, undefined, "Ada");
  const app = appFolder(BODY);
  const file = path.join(app, "history.json");
  writeFileSync(file, historyFileText(history));
  child = spawn(process.execPath, [PROGRAM, "debug", file, "--app", app, "--port", "0"]);
  let [out, err] = ["", ""];
  child.stdout?.on("data", (chunk) => (out += String(chunk)));
  const url = await new Promise<string>((resolve, reject) => {
    child?.stderr?.on("data", (chunk) => {
      err += String(chunk);
      const found = /ws:\/\/\S+/.exec(err)?.[0];
      if (found !== undefined) resolve(found);
    });
    child?.on("exit", () => reject(new Error(err)));
  });
  const inspector = await Debugger.attach(url);
  await inspector.send("Debugger.enable");
  const lines = readFileSync(path.join(app, "main.js"), "utf8").split("\n");
  const lineNumber = lines.findIndex((line) => line.includes('"first"'));
  await inspector.send("Debugger.setBreakpointByUrl", { urlRegex: "replay-app-.*main\\.js$", lineNumber });
  const before = inspector.paused();
  await inspector.send("Runtime.runIfWaitingForDebugger");
  expect(inspector.fileOf(await before)).toContain("debug-command.js");
  await inspector.send("Debugger.setBlackboxPatterns", {
    patterns: ["node_modules", "^node:", "/dist/", "/packages/"],
  });

  const atBreakpoint = inspector.paused();
  await inspector.send("Debugger.resume");
  const first = await atBreakpoint;
  expect(first.location.lineNumber).toBe(lineNumber);
  expect(await inspector.evaluate(first, "name")).toBe("Ada");

  // The first episode waits at the yield; the second one replays this line, and continues.
  const again = inspector.paused();
  await inspector.send("Debugger.resume");
  const second = await again;
  expect(second.location.lineNumber).toBe(lineNumber);
  expect(await inspector.evaluate(second, "context.df.isReplaying")).toBe(true);
  // "Step into" skips the SDK behind the yield: the next stop is the orchestrator's next line.
  const stepped = inspector.paused();
  await inspector.send("Debugger.stepInto");
  const frame = await stepped;
  expect(frame.location.lineNumber).toBe(lineNumber + 1);
  expect(await inspector.evaluate(frame, "greeting")).toBe("Hello Ada");
  await inspector.send("Debugger.disable");
  inspector.detach();
  const [status] = (await once(child, "exit")) as [number];
  expect(status).toBe(0);
  expect(out).toContain("calls     callActivity second");
});
