import { readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ownTempFolder } from '../tests/Browser/driver/temp';
import { isGone, removeLeftoverNamespaces, removeOwn } from './namespaces';

const exitCodes = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const;
/** Followed by the id of the process whose files they are. */
const folderPrefix = 'sightline-lab-';

/** Whatever happens in there, its namespaces, what runs in them and its files are gone in the end. */
export async function tidily<T>(work: () => Promise<T>): Promise<T> {
  removeLeftovers();
  const { TMPDIR } = process.env;
  const removeTempFolder = await ownTempFolder(`${folderPrefix}${process.pid}-`);
  // Also when making a network fails half way, and when somebody presses Ctrl-C.
  process.on('exit', removeOwn);
  for (const [signal, code] of Object.entries(exitCodes)) {
    process.once(signal, () => {
      removeOwn();
      void removeTempFolder().finally(() => process.exit(code));
    });
  }
  try {
    return await work();
  } finally {
    removeOwn();
    await removeTempFolder();
    if (TMPDIR === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = TMPDIR;
  }
}

/** Takes away what a process that was killed could not. */
export function removeLeftovers(): void {
  removeLeftoverNamespaces();
  for (const name of readdirSync(tmpdir())) {
    const owner = new RegExp(`^${folderPrefix}(\\d+)-`).exec(name)?.[1];
    if (owner && isGone(Number(owner))) rmSync(join(tmpdir(), name), { recursive: true, force: true, maxRetries: 5 });
  }
}
