import { defineConfig } from "vite";

/** Builds `src/page`, which is Vite's root. */
export default defineConfig({
  // The HTML is served at another address than its assets.
  base: "/runtime/console/",
  // Else Vite would look for the settings of a developer in the app's folder.
  envDir: false,
  publicDir: false,
  build: {
    outDir: "../../dist/page",
    emptyOutDir: true,
    target: "es2022",
    // The Content-Security-Policy allows no inline data other than images.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    // On a busy machine it prints how long plugins took, which looks like an error.
    rolldownOptions: { checks: { pluginTimings: false } },
  },
});
