import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Everything that browsers and servers put aside from now on goes into one folder, and away with it: a killed browser tidies nothing. */
export async function ownTempFolder(prefix = 'sightline-browser-'): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), prefix));
  // Under root, the server's PostgreSQL runs as another user and has to get through.
  await chmod(folder, 0o755);
  process.env.TMPDIR = folder;
  return () => rm(folder, { recursive: true, force: true, maxRetries: 5 });
}
