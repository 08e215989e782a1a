import type { BenchOptions, Measured } from "./measured.ts";

type Section = (options: BenchOptions) => Promise<Measured>;

/** The sections of the report in their order. Each is loaded only in the process that runs it. */
export const SECTIONS: Readonly<
  Record<string, { readonly title: string; readonly load: () => Promise<Section> }>
> = {
  engine: {
    title: "Engine, beside lower bounds of the same run",
    load: async () => (await import("./engine-bench.ts")).benchEngine,
  },
  growth: {
    title: "Growth of one instance",
    load: async () => (await import("./growth-bench.ts")).benchGrowth,
  },
  idle: { title: "Idle instances", load: async () => (await import("./idle-bench.ts")).benchIdle },
  start: { title: "Start-up", load: async () => (await import("./start-bench.ts")).benchStart },
  time: { title: "Virtual time", load: async () => (await import("./time-bench.ts")).benchTime },
  replay: { title: "Replay gate", load: async () => (await import("./replay-bench.ts")).benchReplay },
  photos: { title: "Photos", load: async () => (await import("./photo-bench.ts")).benchPhotos },
  albums: { title: "Albums", load: async () => (await import("./album-bench.ts")).benchAlbums },
  memory: {
    title: "Memory of single photos",
    load: async () => (await import("./memory-bench.ts")).benchMemory,
  },
  import: { title: "Import of the app", load: async () => (await import("./import-bench.ts")).benchImport },
  storage: {
    title: "Storage transactions of a run",
    load: async () => (await import("./storage-bench.ts")).benchStorage,
  },
};
