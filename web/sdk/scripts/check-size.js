// Fails when what a page has to load for a call outgrows its limit. What is imported only when it is needed is not counted.
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

const maxBytes = 25_000;
const folder = new URL('../dist/', import.meta.url);
const needed = new Set(['./index.js']);
let bytes = 0;
for (const name of needed) {
  const code = readFileSync(new URL(name, folder));
  bytes += gzipSync(code, { level: 9 }).length;
  // `from"./part.js"` and `import"./part.js"`, but not `import("./part.js")`.
  for (const [, part] of code.toString().matchAll(/\b(?:from|import)\s*["'](\.\/[^"']+)["']/g)) needed.add(part);
}

process.stdout.write(`dist: ${bytes} of ${maxBytes} bytes, gzipped\n`);
if (bytes > maxBytes) process.exit(1);
