import { parseArgs } from 'node:util';
import type { BrowserName } from '../tests/Browser/driver/browsers';
import { ownTempFolder } from '../tests/Browser/driver/temp';
import { Network, removeLeftovers } from './network';
import { setup } from './setup';
import { topologies } from './topologies';

const maxRuns = 1000;
const exitCodes = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const;

const couples: Readonly<Record<string, readonly [caller: BrowserName, callee: BrowserName]>> = {
  'chromium-chromium': ['chromium', 'chromium'],
  'chromium-firefox': ['chromium', 'firefox'],
};

const [command, ...rest] = process.argv.slice(2);
if (command === 'list') list();
else if (command === 'setup') await runSetup(rest);
else refuse('lab takes list or setup.', 2);

function list(): void {
  const width = Math.max(...Object.keys(topologies).map((name) => name.length));
  for (const [name, { summary }] of Object.entries(topologies)) console.log(`${name.padEnd(width)}  ${summary}`);
}

async function runSetup(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      topology: { type: 'string' },
      runs: { type: 'string', default: '20' },
      // For conditions that are drawn by chance; none of these networks has any yet.
      seed: { type: 'string', default: '1' },
      browsers: { type: 'string', default: 'chromium-chromium' },
    },
  });
  const name = values.topology ?? '';
  const topology = Object.hasOwn(topologies, name) ? topologies[name] : undefined;
  if (!topology) refuse(`--topology takes ${Object.keys(topologies).join(', ')}.`, 2);
  const couple = Object.hasOwn(couples, values.browsers) ? couples[values.browsers] : undefined;
  if (!couple) refuse(`--browsers takes ${Object.keys(couples).join(' or ')}.`, 2);
  const runs = Number(values.runs);
  if (!Number.isInteger(runs) || runs < 1 || runs > maxRuns) refuse(`--runs takes a number from 1 to ${maxRuns}.`, 2);
  if (process.getuid?.() !== 0) refuse('The lab makes network namespaces: run it as root.', 1);

  removeLeftovers();
  const removeTempFolder = await ownTempFolder();
  // Also when a constructor fails half way, and when somebody presses Ctrl-C.
  process.on('exit', Network.removeOwn);
  for (const [signal, code] of Object.entries(exitCodes)) {
    process.once(signal, () => {
      Network.removeOwn();
      void removeTempFolder().finally(() => process.exit(code));
    });
  }
  try {
    const outcome = await setup(new Network(topology), couple, runs);
    console.log(JSON.stringify({ scenario: `${name} ${values.browsers}`, ...outcome }));
    process.exitCode = outcome.ok === runs ? 0 : 1;
  } finally {
    Network.removeOwn();
    await removeTempFolder();
  }
}

function refuse(sentence: string, code: number): never {
  console.error(sentence);
  process.exit(code);
}
