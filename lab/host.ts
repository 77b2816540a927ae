import { Line } from './conditions';
import { addNamespace, ip } from './namespaces';
import type { Router } from './router';

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
      ip('-n', router.namespace, 'route', 'add', `${address}/32`, 'dev', far);
    }
    const made = new Interface(this.namespace, this.interfaces.length, address, router, line);
    this.interfaces.push(made);
    made.plug();
  }

  /** The line that the person is at first connected by. */
  get line(): Line {
    const line = this.interfaces[0]?.line;
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

  /** Takes it up. The first that is up is the default way out, and what is sent from an address leaves by its card. */
  plug(): void {
    const metric = 100 + this.index;
    const way = ['default', 'via', this.router.gateway, 'dev', this.device];
    ip('-n', this.namespace, 'addr', 'replace', `${this.address}/24`, 'dev', this.device);
    ip('-n', this.namespace, 'link', 'set', this.device, 'up');
    ip('-n', this.namespace, 'route', 'replace', ...way, 'metric', `${metric}`);
    ip('-n', this.namespace, 'route', 'replace', ...way, 'table', `${metric}`);
    if (!ip('-n', this.namespace, 'rule', 'list').includes(`from ${this.address} `))
      ip('-n', this.namespace, 'rule', 'add', 'from', this.address, 'table', `${metric}`);
  }

  /** Takes it down, as when somebody walks out of the Wi-Fi. */
  unplug(): void {
    ip('-n', this.namespace, 'link', 'set', this.device, 'down');
    ip('-n', this.namespace, 'addr', 'flush', 'dev', this.device);
  }
}
