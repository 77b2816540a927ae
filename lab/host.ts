import { Line } from './conditions';
import { addNamespace, addressFlags, ip } from './namespaces';
import type { FamilyName, Router } from './router';

/** A person's computer. */
export class Host {
  readonly namespace: string;
  readonly interfaces: Interface[] = [];

  constructor(readonly part: string) {
    this.namespace = addNamespace(part);
  }

  /**
   * Connects it to one more router.
   * @param seed Of the line's conditions; `null` for a plain cable, which has none.
   */
  async connect(router: Router, number: number, seed: number | null): Promise<void> {
    const device = `eth${this.interfaces.length}`;
    const far = `lan-${this.part}`;
    const address = router.inner(number);
    let line: Line | null = null;
    if (seed === null) {
      ip('-n', this.namespace, 'link', 'add', device, 'type', 'veth', 'peer', far, 'netns', router.namespace);
      ip('-n', router.namespace, 'link', 'set', far, 'master', 'lan', 'up');
    } else {
      line = await Line.lay(this.namespace, [device, far], seed);
      ip('-n', this.namespace, 'link', 'set', far, 'netns', router.namespace);
      ip('-n', router.namespace, 'link', 'set', far, 'addrgenmode', 'none', 'up');
      ip('-n', this.namespace, 'link', 'set', device, 'addrgenmode', 'none');
      // Such a device is no part of the router's bridge: the way to the address behind it is told apart.
      ip('-n', router.namespace, 'route', 'add', `${address}/${router.family.hostBits}`, 'dev', far);
    }
    const made = new Interface(this.namespace, this.interfaces.length, address, router, line);
    this.interfaces.push(made);
    made.plug();
  }

  /** Interface `index` comes up, and all that this computer sends leaves by it: a VPN is switched on. */
  tunnelThrough(index: number): void {
    for (const [at, card] of this.interfaces.entries()) if (at !== index) card.lose();
    this.card(index).plug(1);
  }

  card(index: number): Interface {
    const card = this.interfaces[index];
    if (!card) throw new Error(`${this.part} has no interface ${index}.`);
    return card;
  }

  /** Which IP it speaks: one of both. */
  get familyName(): FamilyName {
    return this.card(0).router.familyName;
  }

  /** The line that the person is at first connected by. */
  get line(): Line {
    const { line } = this.card(0);
    if (!line) throw new Error(`The network was made without conditions: ${this.part} has a plain cable.`);
    return line;
  }
}

/** A network card of a host. */
export class Interface {
  constructor(
    private readonly namespace: string,
    private readonly index: number,
    readonly address: string,
    readonly router: Router,
    readonly line: Line | null,
  ) {}

  get device(): string {
    return `eth${this.index}`;
  }

  get #metric(): number {
    return 100 + this.index;
  }

  /**
   * Takes it up. What is sent from an address leaves by its card.
   * @param metric Whichever has the lowest is the default way out: the first, if nobody says otherwise.
   */
  plug(metric = this.#metric): void {
    const way = ['default', 'via', this.router.gateway, 'dev', this.device];
    const address = `${this.address}/${this.router.family.innerBits}`;
    ip('-n', this.namespace, 'addr', 'replace', address, 'dev', this.device, ...addressFlags(address));
    ip('-n', this.namespace, 'link', 'set', this.device, 'up');
    ip('-n', this.namespace, 'route', 'replace', ...way, 'metric', `${metric}`);
    ip('-n', this.namespace, 'route', 'replace', ...way, 'table', `${this.#metric}`);
    if (!this.#hasRule()) this.#rules('add', ...this.#rule());
  }

  /** What its address sends leaves by the default way from now on, as when a VPN takes over: no answer comes back. */
  lose(): void {
    if (this.#hasRule()) this.#rules('del', ...this.#rule());
  }

  /** Takes it down, as when somebody walks out of the Wi-Fi. */
  unplug(): void {
    ip('-n', this.namespace, 'link', 'set', this.device, 'down');
    ip('-n', this.namespace, 'addr', 'flush', 'dev', this.device);
  }

  #rule(): string[] {
    return ['from', this.address, 'table', `${this.#metric}`];
  }

  #hasRule(): boolean {
    return this.#rules('list').includes(`from ${this.address} `);
  }

  #rules(...args: string[]): string {
    return ip(this.router.familyName === 'ipv6' ? '-6' : '-4', '-n', this.namespace, 'rule', ...args);
  }
}
