import { ownTempFolder } from '../tests/Browser/driver/temp';
import { removeLeftovers, removeOwn } from './namespaces';

const exitCodes = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const;

/** Whatever happens in there, its namespaces, what runs in them and its files are gone in the end. */
export async function tidily<T>(work: () => Promise<T>): Promise<T> {
  removeLeftovers();
  const removeTempFolder = await ownTempFolder();
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
  }
}
