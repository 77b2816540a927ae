import { addNamespace, addressFlags, inside, ip, link } from './namespaces';
import type { RouterKind } from './topologies';

/** Addresses that a router's provider has for it, one after the other. */
const firstAddress = 2;
const lastAddress = 14;

/** What the two versions of IP do not have in common here. */
const families = {
  ipv4: {
    inner: (network: number, host: number) => `10.${network}.0.${host}`,
    innerBits: 24,
    outer: (network: number, host: number) => `198.51.100.${16 * network + host}`,
    outerBits: 28,
    hostBits: 32,
    forwarding: 'net.ipv4.ip_forward=1',
    filter: 'iptables',
  },
  ipv6: {
    inner: (network: number, host: number) => `2001:db8:${network}::${host}`,
    innerBits: 64,
    outer: (network: number, host: number) => `2001:db8:0:${network}::${host}`,
    outerBits: 64,
    hostBits: 128,
    forwarding: 'net.ipv6.conf.all.forwarding=1',
    filter: 'ip6tables',
  },
} as const;

export type FamilyName = keyof typeof families;

/** A running router: its own public address on one side, a network of its own on the other. */
export class Router {
  readonly namespace: string;
  readonly familyName: FamilyName;
  /** Of its inner side. */
  readonly gateway: string;
  readonly #number: number;
  readonly #nat: RouterKind['nat'];
  #address = firstAddress;

  constructor(part: string, number: number, publicNamespace: string, { nat, passes = 'everything' }: RouterKind) {
    this.#number = number;
    this.#nat = nat;
    this.familyName = nat === 'none' ? 'ipv6' : 'ipv4';
    this.gateway = this.inner(1);
    this.namespace = addNamespace(part);
    const { innerBits, outerBits, forwarding } = this.family;
    link(
      { namespace: publicNamespace, device: `to${number}`, address: `${this.#outer(1)}/${outerBits}` },
      { namespace: this.namespace, device: 'wan', address: `${this.#outer(this.#address)}/${outerBits}` },
    );
    ip('-n', this.namespace, 'route', 'add', 'default', 'via', this.#outer(1));
    ip('-n', this.namespace, 'link', 'add', 'lan', 'type', 'bridge');
    ip(
      '-n',
      this.namespace,
      'addr',
      'add',
      `${this.gateway}/${innerBits}`,
      'dev',
      'lan',
      ...addressFlags(this.gateway),
    );
    ip('-n', this.namespace, 'link', 'set', 'lan', 'up');
    inside(this.namespace, 'sysctl', '-qw', forwarding);
    if (nat === 'none') ip('-n', publicNamespace, 'route', 'add', this.#network, 'via', this.#outer(this.#address));

    this.#filter('-N', 'fault');
    this.#filter('-A', 'FORWARD', '-j', 'fault');
    const ports = nat === 'symmetric' ? ['--random-fully'] : [];
    if (nat !== 'none') this.#filter('-t', 'nat', '-A', 'POSTROUTING', '-o', 'wan', '-j', 'MASQUERADE', ...ports);
    // Unasked packets vanish. Were they refused, their trace would take the port that the peer's own mapping keeps.
    for (const chain of nat === 'none' ? ['FORWARD'] : ['INPUT', 'FORWARD'])
      this.#filter('-A', chain, '-i', 'wan', '-m', 'conntrack', '!', '--ctstate', 'ESTABLISHED,RELATED', '-j', 'DROP');
    // Only what comes from its own network: another address has no way back.
    this.#filter('-A', 'FORWARD', '!', '-i', 'wan', '!', '-s', this.#network, '-j', 'DROP');
    if (passes === 'tcp') this.#filter('-A', 'FORWARD', '-o', 'wan', '!', '-p', 'tcp', '-j', 'DROP');
    if (passes === 'tcp-443') {
      this.#filter('-A', 'FORWARD', '-o', 'wan', '-p', 'tcp', '--dport', '443', '-j', 'ACCEPT');
      this.#filter('-A', 'FORWARD', '-o', 'wan', '-j', 'DROP');
    }
  }

  get family() {
    return families[this.familyName];
  }

  /** The address of a host behind it. */
  inner(host: number): string {
    return this.family.inner(this.#number, host);
  }

  /** Takes another public address and forgets every mapping, as after a night's reconnect. */
  rebind(): void {
    if (this.#nat === 'none') throw new Error('A router without NAT has no mappings that it could forget.');
    const { outerBits } = this.family;
    const old = this.#outer(this.#address);
    this.#address = this.#address === lastAddress ? firstAddress : this.#address + 1;
    // With its address, the kernel takes away the mappings of MASQUERADE.
    ip('-n', this.namespace, 'addr', 'del', `${old}/${outerBits}`, 'dev', 'wan');
    ip('-n', this.namespace, 'addr', 'add', `${this.#outer(this.#address)}/${outerBits}`, 'dev', 'wan');
    ip('-n', this.namespace, 'route', 'replace', 'default', 'via', this.#outer(1));
  }

  /** From now on drops what matches, for example `-p udp`, in either direction. */
  block(...match: string[]): void {
    this.#filter('-A', 'fault', ...match, '-j', 'DROP');
  }

  /** Lifts everything that was blocked. */
  unblock(): void {
    this.#filter('-F', 'fault');
  }

  get #network(): string {
    return `${this.inner(0)}/${this.family.innerBits}`;
  }

  #outer(host: number): string {
    return this.family.outer(this.#number, host);
  }

  #filter(...args: string[]): void {
    inside(this.namespace, this.family.filter, '-w', ...args);
  }
}
