import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";

const backend = process.env.AXOLOTL_BACKEND ?? "http://127.0.0.1:8000";

const COMPRESSIBLE = new Set([".js", ".css", ".svg", ".json"]);

/** Lay `.br` and `.gz` beside each text file: WhiteNoise serves them instead of compressing per request. */
function precompress(): Plugin {
  return {
    name: "precompress",
    apply: "build",
    writeBundle({ dir }) {
      for (const entry of readdirSync(dir!, { recursive: true, withFileTypes: true })) {
        if (!entry.isFile() || !COMPRESSIBLE.has(extname(entry.name))) continue;
        const path = join(entry.parentPath, entry.name);
        const content = readFileSync(path);
        writeFileSync(`${path}.gz`, gzipSync(content, { level: 9 }));
        writeFileSync(
          `${path}.br`,
          brotliCompressSync(content, { params: { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY } }),
        );
      }
    },
  };
}

export default defineConfig({
  plugins: [react(), tailwindcss(), precompress()],
  base: "/static/web/",
  resolve: { alias: { "@": fileURLToPath(new URL("./src", import.meta.url)) } },
  build: {
    outDir: "../static/web",
    emptyOutDir: true,
    // Read by apps/web/views.py to find the hashed names.
    manifest: "manifest.json",
    // An inlined asset would need `data:` in the content security policy.
    assetsInlineLimit: 0,
    rollupOptions: { input: "src/main.tsx" },
  },
  server: {
    proxy: {
      "/api": backend,
      "/media": backend,
      "/ws": { target: backend, ws: true },
    },
  },
  test: { include: ["src/**/*.test.ts"], environment: "node" },
});
