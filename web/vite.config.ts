import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const here = fileURLToPath(new URL('.', import.meta.url));

/** Where `vite dev` sends what it does not serve itself: a running Colophon, or the stub of the tests. */
const api = process.env['COLOPHON_API'] ?? 'http://127.0.0.1:7700';

/** Builds the console into `web/dist`; the server serves that folder from `/`. */
export default defineConfig({
  root: here,
  // Relative, so that the console also works behind a reverse proxy that adds a path.
  base: './',
  plugins: [react()],
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    target: 'es2022',
    // The page's policy forbids data: fonts and scripts; every asset stays a file of its own.
    assetsInlineLimit: 0,
    // ONNX Runtime and ethers are chunks of their own, loaded by the doors that need them.
    chunkSizeWarningLimit: 1200,
  },
  server: {
    proxy: Object.fromEntries(['/v1', '/models', '/docs', '/healthz', '/readyz'].map((path) => [path, api])),
  },
});
