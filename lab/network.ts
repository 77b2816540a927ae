import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import type { Router, Topology } from './topologies';

/** What stands in the public network, one address each (RFC 5737). */
export const publicAddresses = { server: '203.0.113.10', turn: '203.0.113.20', floor: '203.0.113.30' } as const;

const prefix = 'sl-';
/** `ip` asks the kernel, which answers at once or not at all. */
const commandTimeoutMs = 10_000;

/**
 * A topology made of network namespaces: a public one, one a router, one a peer. Nothing outside of them is touched:
 * links are made inside, and the names carry the id of this process, so that whoever comes next knows whose they are.
 */
export class Network {
  readonly public: string;
  readonly caller: string;
  readonly callee: string;
  readonly #routerNumbers = new Map<string, number>();
  readonly #name = (part: string) => `${prefix}${process.pid}-${part}`;

  constructor(topology: Topology) {
    this.public = this.#add('public');
    this.#makePublic();
    for (const [name, router] of Object.entries(topology.routers)) this.#addRouter(name, router);
    this.caller = this.#addPeer('caller', topology.caller, 2);
    this.callee = this.#addPeer('callee', topology.callee, 3);
  }

  #add(part: string): string {
    const name = this.#name(part);
    ip('netns', 'add', name);
    ip('-n', name, 'link', 'set', 'lo', 'up');
    return name;
  }

  #makePublic(): void {
    const sink = this.#add('sink');
    for (const address of Object.values(publicAddresses))
      ip('-n', this.public, 'addr', 'add', `${address}/32`, 'dev', 'lo');
    inside(this.public, 'sysctl', '-qw', 'net.ipv4.ip_forward=1');
    // Without a way to everywhere, coturn gives up a relay as soon as a candidate has a private address.
    link(this.public, 'sink', '192.0.2.1/30', sink, 'eth0', '192.0.2.2/30');
    ip('-n', this.public, 'route', 'add', 'default', 'via', '192.0.2.2');
  }

  #addRouter(part: string, { nat, passes = 'everything' }: Router): void {
    const number = this.#routerNumbers.size + 1;
    this.#routerNumbers.set(part, number);
    const name = this.#add(part);
    const gateway = `198.51.100.${4 * number + 1}`;
    link(this.public, `to${number}`, `${gateway}/30`, name, 'wan', `198.51.100.${4 * number + 2}/30`);
    ip('-n', name, 'route', 'add', 'default', 'via', gateway);
    ip('-n', name, 'link', 'add', 'lan', 'type', 'bridge');
    ip('-n', name, 'addr', 'add', `10.${number}.0.1/24`, 'dev', 'lan');
    ip('-n', name, 'link', 'set', 'lan', 'up');
    inside(name, 'sysctl', '-qw', 'net.ipv4.ip_forward=1');

    const iptables = (...args: string[]) => inside(name, 'iptables', '-w', ...args);
    const ports = nat === 'symmetric' ? ['--random-fully'] : [];
    iptables('-t', 'nat', '-A', 'POSTROUTING', '-o', 'wan', '-j', 'MASQUERADE', ...ports);
    // Unasked packets vanish. Were they refused, their trace would take the port that the peer's own mapping keeps.
    for (const chain of ['INPUT', 'FORWARD'])
      iptables('-A', chain, '-i', 'wan', '-m', 'conntrack', '!', '--ctstate', 'ESTABLISHED,RELATED', '-j', 'DROP');
    if (passes === 'tcp') iptables('-A', 'FORWARD', '-o', 'wan', '!', '-p', 'tcp', '-j', 'DROP');
    if (passes === 'tcp-443') {
      iptables('-A', 'FORWARD', '-o', 'wan', '-p', 'tcp', '--dport', '443', '-j', 'ACCEPT');
      iptables('-A', 'FORWARD', '-o', 'wan', '-j', 'DROP');
    }
  }

  #addPeer(part: string, routers: readonly string[], host: number): string {
    const name = this.#add(part);
    for (const [index, router] of routers.entries()) {
      const number = this.#routerNumbers.get(router);
      if (number === undefined) throw new Error(`The topology has no router "${router}".`);
      const address = `10.${number}.0.${host}`;
      const gateway = `10.${number}.0.1`;
      ip('-n', name, 'link', 'add', `eth${index}`, 'type', 'veth', 'peer', `lan-${part}`, 'netns', this.#name(router));
      ip('-n', this.#name(router), 'link', 'set', `lan-${part}`, 'master', 'lan', 'up');
      ip('-n', name, 'addr', 'add', `${address}/24`, 'dev', `eth${index}`);
      ip('-n', name, 'link', 'set', `eth${index}`, 'up');
      ip('-n', name, 'route', 'add', 'default', 'via', gateway, 'metric', `${100 + index}`);
      if (routers.length === 1) continue;
      // What is sent from an interface's address leaves by that interface.
      ip('-n', name, 'route', 'add', 'default', 'via', gateway, 'table', `${100 + index}`);
      ip('-n', name, 'rule', 'add', 'from', address, 'table', `${100 + index}`);
    }
    return name;
  }

  /** Ends what still runs inside this process's namespaces, and takes them away. May be called again. */
  static removeOwn(): void {
    for (const name of namespaces()) if (ownerOf(name) === process.pid) removeNamespace(name);
  }
}

/** Takes away what a process that is gone could not. */
export function removeLeftovers(): void {
  for (const name of namespaces()) {
    const owner = ownerOf(name);
    if (owner !== null && !existsSync(`/proc/${owner}`)) removeNamespace(name);
  }
}

/** The words to put in front of a command that is to run inside a namespace. */
export function within(namespace: string): string[] {
  return ['ip', 'netns', 'exec', namespace];
}

function link(
  left: string,
  leftName: string,
  leftAddress: string,
  right: string,
  rightName: string,
  rightAddress: string,
) {
  ip('-n', left, 'link', 'add', leftName, 'type', 'veth', 'peer', rightName, 'netns', right);
  for (const [namespace, name, address] of [
    [left, leftName, leftAddress],
    [right, rightName, rightAddress],
  ] as const) {
    ip('-n', namespace, 'addr', 'add', address, 'dev', name);
    ip('-n', namespace, 'link', 'set', name, 'up');
  }
}

function namespaces(): string[] {
  return existsSync('/run/netns') ? readdirSync('/run/netns') : [];
}

function ownerOf(namespace: string): number | null {
  const id = new RegExp(`^${prefix}(\\d+)-`).exec(namespace)?.[1];
  return id === undefined ? null : Number(id);
}

function removeNamespace(name: string): void {
  for (const id of ip('netns', 'pids', name).split('\n').filter(Boolean)) {
    try {
      process.kill(Number(id), 'SIGKILL');
    } catch {
      // It ended before the signal.
    }
  }
  ip('netns', 'del', name);
}

function ip(...args: string[]): string {
  return execFileSync('ip', args, { encoding: 'utf8', timeout: commandTimeoutMs });
}

function inside(namespace: string, ...command: string[]): void {
  ip('netns', 'exec', namespace, ...command);
}
