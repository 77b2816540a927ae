import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['*.test.ts'],
    globalSetup: './driver/setup.ts',
    // Two cores carry two browsers and a server, no more.
    fileParallelism: false,
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // Two busy cores can make any browser late. What passes at the second try only is named in the summary: it may hide a bug.
    retry: 1,
    reporters: ['default', './driver/second-tries.ts'],
  },
});
