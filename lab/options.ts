import { parseArgs } from 'node:util';
import type { Conditions } from './conditions';
import type { Couple } from './stage';
import { type Topology, topologies } from './topologies';

const maxRuns = 1000;
const maxSeconds = 3600;
const maxMinutes = 40;

const couples: Readonly<Record<string, Couple>> = {
  'chromium-chromium': ['chromium', 'chromium'],
  'chromium-firefox': ['chromium', 'firefox'],
};

/** Says what is wrong with the words of a command, and ends. */
export function refuse(sentence: string, code = 2): never {
  console.error(sentence);
  process.exit(code);
}

/** `--name VALUE` for each name, and nothing else. */
export function read<T extends Readonly<Record<string, string>>>(args: string[], defaults: T): T {
  const options = Object.fromEntries(
    Object.entries(defaults).map(([name, value]) => [name, { type: 'string', default: value } as const]),
  );
  try {
    return parseArgs({ args, options }).values as T;
  } catch (error) {
    return refuse(error instanceof Error ? error.message : String(error));
  }
}

export function topologyOf(name: string): Topology {
  return oneOf(topologies, name, '--topology');
}

export function coupleOf(name: string): Couple {
  return oneOf(couples, name, '--browsers');
}

export function runsOf(text: string): number {
  const runs = Number(text);
  if (!Number.isInteger(runs) || runs < 1 || runs > maxRuns) refuse(`--runs takes a number from 1 to ${maxRuns}.`);
  return runs;
}

export function secondsOf(text: string): number {
  const seconds = Number(text);
  if (!Number.isInteger(seconds) || seconds < 5 || seconds > maxSeconds)
    refuse(`--seconds takes a number from 5 to ${maxSeconds}.`);
  return seconds;
}

/** What is read from the file has to find room in memory. */
export function minutesOf(text: string): number {
  const minutes = Number(text);
  if (!Number.isInteger(minutes) || minutes < 1 || minutes > maxMinutes)
    refuse(`--minutes takes a number from 1 to ${maxMinutes}.`);
  return minutes;
}

/** `0,2,5`: percent of the packets. */
export function lossesOf(text: string): number[] {
  const losses = text.split(',').map(Number);
  if (text === '' || losses.some((loss) => !(loss >= 0 && loss <= 100))) refuse('--loss takes percentages: 0,2,5,10.');
  return losses;
}

export function seedOf(text: string): number {
  const seed = Number(text);
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(seed)) refuse('--seed takes a whole number.');
  return seed;
}

/** `''` for none. */
export function conditionsOf(text: string): Conditions | null {
  if (text === '') return null;
  try {
    return JSON.parse(text);
  } catch {
    return refuse(`--conditions takes JSON, for example '{"delayMs":40,"lossPct":2}'.`);
  }
}

export function oneOf<T>(table: Readonly<Record<string, T>>, name: string, option: string): T {
  const entry = Object.hasOwn(table, name) ? table[name] : undefined;
  if (entry === undefined) refuse(`${option} takes ${Object.keys(table).join(', ')}.`);
  return entry;
}
