import { defineConfig } from 'vitest/config';

export default defineConfig({
  build: {
    lib: { entry: 'src/index.ts', formats: ['es'], fileName: () => 'index.js' },
    target: 'es2022',
    // By itself, a library keeps its white space, which is a tenth of it.
    // Parts that are loaded later take what they share with the main module from there, not from a module in between.
    // Their names are among the main module's bytes that do not compress.
    rolldownOptions: {
      output: {
        minify: true,
        comments: false,
        chunkFileNames: '[name]-[hash:6].js',
        // Chromium compiles all of it while it loads, and nothing between the press on Answer and the connection.
        postBanner: '//# allFunctionsCalledOnLoad',
      },
      preserveEntrySignatures: 'allow-extension',
    },
    sourcemap: true,
  },
  test: {
    // On a virtual clock: this only ends what hangs, also on a machine that does much else.
    testTimeout: 30_000,
    // By itself, it leaves a core free.
    maxWorkers: '100%',
  },
});
