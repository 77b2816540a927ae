import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vitest/config';

const server = process.env.SIGHTLINE_URL;
const api = [
  '/account',
  '/demo',
  '/people',
  '/channels',
  '/calls',
  '/settings',
  '/push',
  '/ice-servers',
  '/tickets',
  '/ws',
];

/**
 * Lets Chromium compile the SDK while a page loads, and not when it first runs, half of which is between the press on
 * Answer and the connection. Everything else is most of the code, and would be seen later.
 * https://v8.dev/blog/explicit-compile-hints
 */
const compiledOnLoad: Plugin = {
  name: 'compiled-on-load',
  generateBundle: {
    // After what Vite itself puts in front: the hint counts at the very beginning only.
    order: 'post',
    handler(_, bundle) {
      for (const chunk of Object.values(bundle))
        if (chunk.type === 'chunk' && chunk.name.startsWith(sdk))
          chunk.code = `//# allFunctionsCalledOnLoad\n${chunk.code}`;
    },
  },
};
const sdk = 'sdk';

export default defineConfig({
  plugins: [react(), compiledOnLoad],
  resolve: {
    alias: { '@sightline/sdk': fileURLToPath(new URL('../sdk/src/index.ts', import.meta.url)) },
  },
  build: {
    target: ['chrome123', 'firefox120', 'safari17.5'],
    // The content security policy allows no data: scripts, and a favicon is cached better as a file.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      output: {
        codeSplitting: { groups: [{ name: sdk, test: /\/sdk\/src\//, entriesAware: true }] },
      },
    },
  },
  server: {
    // The Host header stays the page's own, so that the server's Origin check sees one origin.
    proxy: server ? Object.fromEntries(api.map((path) => [path, { target: server, ws: path === '/ws' }])) : {},
  },
  test: {
    environment: 'jsdom',
    include: ['src/**/*.test.{ts,tsx}'],
    setupFiles: ['src/testing/setup.ts'],
    restoreMocks: true,
    // By itself, it leaves a core free.
    maxWorkers: '100%',
    // Busy machines run these beside browsers and a database.
    testTimeout: 30_000,
  },
});
