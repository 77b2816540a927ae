import { readdirSync, readFileSync } from 'node:fs';
import type { Browser } from 'puppeteer-core';

/** A process and all its descendants, parents first. Linux. */
export function tree(rootId: number): number[] {
  const parents = new Map<number, number>();
  for (const id of everyProcess()) {
    try {
      const stat = readFileSync(`/proc/${id}/stat`, 'utf8');
      // The command in brackets may hold anything; the parent is the second word after it.
      parents.set(id, Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]));
    } catch {
      // It ended while we looked.
    }
  }
  const found = [rootId];
  for (const id of found) for (const [child, parent] of parents) if (parent === id) found.push(child);
  return found;
}

function everyProcess(): number[] {
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .map(Number);
}

/** The commands that have this word in them. Linux. */
export function commandsWith(word: string): string[] {
  return everyProcess()
    .map(commandOf)
    .filter((command) => command.includes(word));
}

export function signalTree(rootId: number, signal: NodeJS.Signals): void {
  for (const id of tree(rootId)) {
    try {
      process.kill(id, signal);
    } catch {
      // It ended before the signal.
    }
  }
}

/** The processes stand still while the work is done, as on a machine that hangs. */
export async function whileFrozen<T>(rootId: number, work: () => Promise<T>): Promise<T> {
  signalTree(rootId, 'SIGSTOP');
  try {
    return await work();
  } finally {
    signalTree(rootId, 'SIGCONT');
  }
}

/** The browser's own first process. */
export function processId(browser: Browser): number {
  const id = browser.process()?.pid;
  if (id === undefined) throw new Error('This browser was started elsewhere.');
  return id;
}

/** The process that does one kind of work for a browser, by a word of its command. Linux. */
export function partOf(browser: Browser, word: string): number {
  const id = tree(processId(browser)).find((one) => commandOf(one).includes(word));
  if (id === undefined) throw new Error(`This browser has no process for ${word}.`);
  return id;
}

/** Its words, with a zero after each; none of a process that has ended. */
export function commandOf(id: number): string {
  try {
    return readFileSync(`/proc/${id}/cmdline`, 'utf8');
  } catch {
    // It ended while we looked.
    return '';
  }
}
