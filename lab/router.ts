import { addNamespace, inside, ip, link } from './namespaces';
import type { RouterKind } from './topologies';

/** Addresses that a router's provider has for it, one after the other. */
const firstAddress = 2;
const lastAddress = 14;

/** A running router: its own public address on one side, a network of its own on the other. */
export class Router {
  readonly namespace: string;
  /** Of its inner side. */
  readonly gateway: string;
  readonly #number: number;
  #address = firstAddress;

  constructor(part: string, number: number, publicNamespace: string, { nat, passes = 'everything' }: RouterKind) {
    this.#number = number;
    this.gateway = this.inner(1);
    this.namespace = addNamespace(part);
    link(
      { namespace: publicNamespace, device: `to${number}`, address: `${this.#outer(1)}/28` },
      { namespace: this.namespace, device: 'wan', address: `${this.#outer(this.#address)}/28` },
    );
    ip('-n', this.namespace, 'route', 'add', 'default', 'via', this.#outer(1));
    ip('-n', this.namespace, 'link', 'add', 'lan', 'type', 'bridge');
    ip('-n', this.namespace, 'addr', 'add', `${this.gateway}/24`, 'dev', 'lan');
    ip('-n', this.namespace, 'link', 'set', 'lan', 'up');
    inside(this.namespace, 'sysctl', '-qw', 'net.ipv4.ip_forward=1');

    this.#iptables('-N', 'fault');
    this.#iptables('-A', 'FORWARD', '-j', 'fault');
    const ports = nat === 'symmetric' ? ['--random-fully'] : [];
    this.#iptables('-t', 'nat', '-A', 'POSTROUTING', '-o', 'wan', '-j', 'MASQUERADE', ...ports);
    // Unasked packets vanish. Were they refused, their trace would take the port that the peer's own mapping keeps.
    for (const chain of ['INPUT', 'FORWARD'])
      this.#iptables(
        '-A',
        chain,
        '-i',
        'wan',
        '-m',
        'conntrack',
        '!',
        '--ctstate',
        'ESTABLISHED,RELATED',
        '-j',
        'DROP',
      );
    // Only what comes from its own network: another address has no way back.
    this.#iptables('-A', 'FORWARD', '!', '-i', 'wan', '!', '-s', `${this.inner(0)}/24`, '-j', 'DROP');
    if (passes === 'tcp') this.#iptables('-A', 'FORWARD', '-o', 'wan', '!', '-p', 'tcp', '-j', 'DROP');
    if (passes === 'tcp-443') {
      this.#iptables('-A', 'FORWARD', '-o', 'wan', '-p', 'tcp', '--dport', '443', '-j', 'ACCEPT');
      this.#iptables('-A', 'FORWARD', '-o', 'wan', '-j', 'DROP');
    }
  }

  /** The address of a host behind it. */
  inner(host: number): string {
    return `10.${this.#number}.0.${host}`;
  }

  /** Takes another public address and forgets every mapping, as after a night's reconnect. */
  rebind(): void {
    const old = this.#outer(this.#address);
    this.#address = this.#address === lastAddress ? firstAddress : this.#address + 1;
    // With its address, the kernel takes away the mappings of MASQUERADE.
    ip('-n', this.namespace, 'addr', 'del', `${old}/28`, 'dev', 'wan');
    ip('-n', this.namespace, 'addr', 'add', `${this.#outer(this.#address)}/28`, 'dev', 'wan');
    ip('-n', this.namespace, 'route', 'replace', 'default', 'via', this.#outer(1));
  }

  /** From now on drops what matches, for example `-p udp`, in either direction. */
  block(...match: string[]): void {
    this.#iptables('-A', 'fault', ...match, '-j', 'DROP');
  }

  /** Lifts everything that was blocked. */
  unblock(): void {
    this.#iptables('-F', 'fault');
  }

  #outer(host: number): string {
    return `198.51.100.${16 * this.#number + host}`;
  }

  #iptables(...args: string[]): void {
    inside(this.namespace, 'iptables', '-w', ...args);
  }
}
