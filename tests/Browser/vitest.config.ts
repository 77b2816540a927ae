import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['*.test.ts'],
    globalSetup: './driver/setup.ts',
    // Two cores carry two browsers and a server, no more.
    fileParallelism: false,
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // One more try where a busy machine was too slow. The report says "retry": each of those is a bug to be looked for.
    retry: 1,
  },
});
