import { networkInterfaces } from 'node:os';
import type { HTTPRequest, HTTPResponse } from 'puppeteer-core';
import type { Person } from './person';

const kinds = [
  'passwords',
  'session cookies',
  'antiforgery tokens',
  'TURN names and credentials',
  'tickets',
  'addresses of candidates',
  'passwords of connections',
] as const;

type Kind = (typeof kinds)[number];

/** What a page of Chromium sends and gets from now on that nobody else may read. */
export class Secrets {
  readonly #found = Object.fromEntries(kinds.map((kind) => [kind, new Set<string>()])) as Record<Kind, Set<string>>;
  readonly #reading: Promise<void>[] = [];

  private constructor(private readonly person: Person) {}

  static async of(person: Person): Promise<Secrets> {
    const secrets = new Secrets(person);
    const { page } = person;
    page.on('request', (request) => secrets.#sent(request));
    // A page that left takes the answer along.
    page.on('response', (response) => secrets.#reading.push(secrets.#got(response).catch(() => {})));
    const session = await page.createCDPSession();
    session.on('Network.webSocketFrameSent', ({ response }) => secrets.#said(response.payloadData));
    session.on('Network.webSocketFrameReceived', ({ response }) => secrets.#said(response.payloadData));
    await session.send('Network.enable');
    return secrets;
  }

  /** All so far. */
  async all(): Promise<Record<Kind, Set<string>>> {
    // One by one: more may be answered while these are read.
    for (const one of this.#reading) await one;
    for (const { name, value } of await this.person.page.browserContext().cookies())
      if (name.startsWith('sightline')) this.#found['session cookies'].add(value);
    return this.#found;
  }

  #sent(request: HTTPRequest): void {
    const token = request.headers()['x-sightline-antiforgery'];
    if (token !== undefined) this.#found['antiforgery tokens'].add(token);
    const [, password] = /"password":("(?:[^"\\]|\\.)*")/.exec(request.postData() ?? '') ?? [];
    if (password !== undefined) this.#found.passwords.add(JSON.parse(password) as string);
  }

  async #got(response: HTTPResponse): Promise<void> {
    const { pathname } = new URL(response.url());
    // A cookie that was replaced in between.
    const cookies = response.headers()['set-cookie'] ?? '';
    for (const [, value = ''] of cookies.matchAll(/^sightline[\w-]*=([^;\s]+)/gm))
      this.#found['session cookies'].add(value);
    if (!response.ok() || !['/ice-servers', '/tickets'].includes(pathname)) return;
    const body = (await response.json()) as {
      ice_servers?: { username?: string | null; credential?: string | null }[];
      ticket?: string;
    };
    for (const { username, credential } of body.ice_servers ?? [])
      for (const word of [username, credential]) if (word) this.#found['TURN names and credentials'].add(word);
    if (body.ticket !== undefined) this.#found.tickets.add(body.ticket);
  }

  #said(message: string): void {
    for (const [, address = ''] of message.matchAll(/candidate:\S+ \d+ \w+ \d+ (\S+) \d+ typ /g))
      if (!/^127\.|^::1$/.test(address)) this.#found['addresses of candidates'].add(address);
    // The server writes some characters of a password by their number.
    const spelt = message.replaceAll(/\\u([\da-f]{4})/gi, (_, code) => String.fromCharCode(Number.parseInt(code, 16)));
    for (const [, password = ''] of spelt.matchAll(/a=ice-pwd:([\w+/]{22,})/g))
      this.#found['passwords of connections'].add(password);
  }
}

/** Every address at which this machine can be reached from elsewhere. */
export function addressesOfThisMachine(): string[] {
  return Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter(({ internal }) => !internal)
    .map(({ address }) => address);
}
