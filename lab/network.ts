import type { Conditions } from './conditions';
import { Host } from './host';
import { addNamespace, inside, ip, link } from './namespaces';
import { type FamilyName, Router } from './router';
import type { Topology } from './topologies';

/** What stands in the public network, one address each (RFC 5737), and one of IPv6 that ends alike (RFC 3849). */
export const publicAddresses = {
  server: '203.0.113.10',
  turn: '203.0.113.20',
  secondTurn: '203.0.113.21',
  floor: '203.0.113.30',
} as const;

export type PublicName = keyof typeof publicAddresses;

export function publicAddress(name: PublicName, family: FamilyName): string {
  const address = publicAddresses[name];
  return family === 'ipv4' ? address : `2001:db8::${address.slice(address.lastIndexOf('.') + 1)}`;
}

/** As it stands in a URL. */
export function publicHost(name: PublicName, family: FamilyName): string {
  const address = publicAddress(name, family);
  return family === 'ipv4' ? address : `[${address}]`;
}

export interface Circumstances {
  /** With it, every person's line can be made worse at any time; what chance does there follows from it. */
  seed?: number;
}

/** A topology made of network namespaces: a public one, one a router, one a person. Nothing outside of them is touched. */
export class Network {
  readonly public: string;
  readonly routers = new Map<string, Router>();
  readonly caller: Host;
  readonly callee: Host;

  private constructor(topology: Topology) {
    this.public = addNamespace('public');
    this.#makePublic();
    for (const [name, kind] of Object.entries(topology.routers))
      this.routers.set(name, new Router(name, this.routers.size + 1, this.public, kind));
    this.#answerAsServer();
    this.caller = new Host('caller');
    this.callee = new Host('callee');
  }

  static async make(topology: Topology, { seed }: Circumstances = {}): Promise<Network> {
    const network = new Network(topology);
    let lineSeed = seed ?? null;
    for (const [host, routers, number] of [
      [network.caller, topology.caller, 2],
      [network.callee, topology.callee, 3],
    ] as const) {
      for (const name of routers) {
        await host.connect(network.router(name), number, lineSeed);
        if (lineSeed !== null) lineSeed++;
      }
    }
    return network;
  }

  /** Those that somebody here speaks; IPv4 first. */
  get families(): FamilyName[] {
    const spoken = [this.caller.familyName, this.callee.familyName];
    return (['ipv4', 'ipv6'] as const).filter((family) => spoken.includes(family));
  }

  router(name: string): Router {
    const router = this.routers.get(name);
    if (!router) throw new Error(`The topology has no router "${name}".`);
    return router;
  }

  /** Makes every line alike. */
  async setAll(conditions: Conditions): Promise<void> {
    for (const { interfaces } of [this.caller, this.callee])
      for (const { line } of interfaces) await line?.setBoth(conditions);
  }

  /** Whoever listens on every address, as a node that records does, answers from the one that it is known by. */
  #answerAsServer(): void {
    const routes = ip('-n', this.public, '-4', 'route', 'list', 'proto', 'kernel').trim().split('\n');
    for (const route of routes) {
      const [subnet = '', , device = ''] = route.split(' ');
      if (device.startsWith('to'))
        ip('-n', this.public, 'route', 'replace', subnet, 'dev', device, 'src', publicAddresses.server);
    }
  }

  #makePublic(): void {
    const sink = addNamespace('sink');
    for (const name of Object.keys(publicAddresses) as PublicName[]) {
      for (const family of ['ipv4', 'ipv6'] as const)
        ip('-n', this.public, 'addr', 'add', publicAddress(name, family), 'dev', 'lo');
    }
    for (const setting of ['net.ipv4.ip_forward=1', 'net.ipv6.conf.all.forwarding=1'])
      inside(this.public, 'sysctl', '-qw', setting);
    // Without a way to everywhere, coturn gives up a relay as soon as a candidate has a private address.
    link(
      { namespace: this.public, device: 'sink', address: '192.0.2.1/30' },
      { namespace: sink, device: 'eth0', address: '192.0.2.2/30' },
    );
    ip('-n', this.public, 'route', 'add', 'default', 'via', '192.0.2.2');
  }
}
