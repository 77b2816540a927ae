import { defineConfig } from 'vite';

export default defineConfig({
  build: {
    lib: { entry: 'src/index.ts', formats: ['es'], fileName: () => 'index.js' },
    target: 'es2022',
    // By itself, a library keeps its white space, which is a tenth of it.
    rolldownOptions: { output: { minify: true } },
    sourcemap: true,
  },
});
