import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['**/*.test.ts'],
    fileParallelism: false,
    // A lab is set up for each test, and a busy machine takes its time.
    testTimeout: 240_000,
    hookTimeout: 60_000,
    retry: 0,
  },
});
