// Fails when the module outgrows what a page should have to load for a call.
import { readdirSync, readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

const maxBytes = 25 * 1024;
const folder = new URL('../dist/', import.meta.url);
const modules = readdirSync(folder).filter((name) => name.endsWith('.js'));
const bytes = modules.reduce((sum, name) => sum + gzipSync(readFileSync(new URL(name, folder))).length, 0);

process.stdout.write(`dist: ${bytes} of ${maxBytes} bytes, gzipped\n`);
if (bytes === 0 || bytes > maxBytes) process.exit(1);
