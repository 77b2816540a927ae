import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

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

export default defineConfig({
  plugins: [react()],
  resolve: {
    alias: { '@sightline/sdk': fileURLToPath(new URL('../sdk/src/index.ts', import.meta.url)) },
  },
  build: {
    target: ['chrome123', 'firefox120', 'safari17.5'],
    // The content security policy allows no data: scripts, and a favicon is cached better as a file.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
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
    // Busy machines run these beside browsers and a database.
    testTimeout: 30_000,
  },
});
