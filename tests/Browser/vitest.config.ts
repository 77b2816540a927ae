import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['*.test.ts'],
    globalSetup: './driver/setup.ts',
    // Two cores carry two browsers and a server, no more.
    fileParallelism: false,
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // A test that passes at the second try hides a bug.
    retry: 0,
  },
});
