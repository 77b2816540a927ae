import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';

const prefix = 'sl-';
/** `ip` asks the kernel, which answers at once or not at all. */
const commandTimeoutMs = 10_000;
const maxKillRounds = 100;
const killRoundMs = 20;
/** Nobody ever wakes whoever waits for it. */
const idle = new Int32Array(new SharedArrayBuffer(4));

/** Makes a namespace whose name carries the id of this process, so that whoever comes next knows whose it is. */
export function addNamespace(part: string): string {
  const name = `${prefix}${process.pid}-${part}`;
  ip('netns', 'add', name);
  ip('-n', name, 'link', 'set', 'lo', 'up');
  return name;
}

/** Ends what still runs inside this process's namespaces, and takes them away. May be called again. */
export function removeOwn(): void {
  for (const name of namespacesOf(process.pid)) removeNamespace(name);
}

/** Takes away what a process that is gone could not. */
export function removeLeftoverNamespaces(): void {
  for (const name of namespaces()) {
    const owner = ownerOf(name);
    if (owner !== null && isGone(owner)) removeNamespace(name);
  }
}

/** Also one that is dead, and whose parent has not asked for it yet. */
export function isGone(processId: number): boolean {
  try {
    const stat = readFileSync(`/proc/${processId}/stat`, 'utf8');
    // The command in brackets may hold anything; the state is the first word after it.
    return 'ZX'.includes(stat[stat.lastIndexOf(')') + 2] ?? '');
  } catch {
    return true;
  }
}

/** The words to put in front of a command that is to run inside a namespace. */
export function within(namespace: string): string[] {
  return ['ip', 'netns', 'exec', namespace];
}

export function ip(...args: string[]): string {
  return execFileSync('ip', args, { encoding: 'utf8', timeout: commandTimeoutMs });
}

export function inside(namespace: string, ...command: string[]): void {
  ip('netns', 'exec', namespace, ...command);
}

/** One end of a cable. */
export interface Plug {
  namespace: string;
  device: string;
  /** With the length of its prefix. */
  address: string;
}

/** A cable between two namespaces. */
export function link(left: Plug, right: Plug): void {
  const cable = ['link', 'add', left.device, 'type', 'veth', 'peer', right.device, 'netns', right.namespace];
  ip('-n', left.namespace, ...cable);
  for (const { namespace, device, address } of [left, right]) {
    ip('-n', namespace, 'addr', 'add', address, 'dev', device, ...addressFlags(address));
    ip('-n', namespace, 'link', 'set', device, 'up');
  }
}

/** Nobody else can have this address: with IPv6, the kernel need not wait and see. */
export function addressFlags(address: string): string[] {
  return address.includes(':') ? ['nodad'] : [];
}

/** All that there are on this machine, also others'. */
function namespaces(): string[] {
  return existsSync('/run/netns') ? readdirSync('/run/netns') : [];
}

/** The names of those that a process of the lab has made, and that are still there. */
export function namespacesOf(owner: number): string[] {
  return namespaces().filter((name) => ownerOf(name) === owner);
}

export function processesIn(namespace: string): number[] {
  return ip('netns', 'pids', namespace).split('\n').filter(Boolean).map(Number);
}

function ownerOf(namespace: string): number | null {
  const id = new RegExp(`^${prefix}(\\d+)-`).exec(namespace)?.[1];
  return id === undefined ? null : Number(id);
}

function removeNamespace(name: string): void {
  // More than once: what is being killed may still start something.
  for (let round = 0; round < maxKillRounds; round++) {
    const ids = processesIn(name);
    if (ids.length === 0) break;
    for (const id of ids) {
      try {
        process.kill(id, 'SIGKILL');
      } catch {
        // It ended before the signal.
      }
    }
    Atomics.wait(idle, 0, 0, killRoundMs);
  }
  ip('netns', 'del', name);
}
