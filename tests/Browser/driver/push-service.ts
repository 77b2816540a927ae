import { createPublicKey, randomUUID, verify } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';

interface Subscription {
  readonly browser: WebSocket;
  /** Of the server that may send here (RFC 8292), base64url. */
  readonly serverKey: string;
}

/**
 * A push service, such as the makers of browsers run: Firefox waits at its socket, servers post to its addresses (RFC 8030)
 * and say who they are (RFC 8292). It cannot read what it carries.
 */
export class PushService {
  readonly #subscriptions = new Map<string, Subscription>();
  readonly #http: Server;

  private constructor() {
    this.#http = createServer((request, response) => {
      this.#take(request).then(
        (status) => response.writeHead(status).end(),
        () => response.writeHead(500).end(),
      );
    });
    new WebSocketServer({ server: this.#http }).on('connection', (browser) => {
      browser.on('message', (text) => this.#answer(browser, JSON.parse(String(text))));
    });
  }

  static async start(): Promise<PushService> {
    const service = new PushService();
    service.#http.listen(0, '127.0.0.1');
    await once(service.#http, 'listening');
    return service;
  }

  /** They lead Firefox here. */
  get preferences(): Readonly<Record<string, unknown>> {
    return {
      'dom.push.serverURL': `ws://${this.#host}/`,
      'dom.push.testing.allowInsecureServerURL': true,
      'dom.push.connection.enabled': true,
    };
  }

  get #host(): string {
    return `localhost:${(this.#http.address() as AddressInfo).port}`;
  }

  async dispose(): Promise<void> {
    for (const { browser } of this.#subscriptions.values()) browser.terminate();
    this.#http.closeAllConnections();
    this.#http.close();
    await once(this.#http, 'close');
  }

  #answer(browser: WebSocket, { messageType, channelID, key }: Record<string, string>): void {
    const reply = (words: object) => browser.send(JSON.stringify({ messageType, status: 200, ...words }));
    if (messageType === 'hello') reply({ uaid: randomUUID().replaceAll('-', ''), use_webpush: true });
    if (messageType === 'register' && channelID && key) {
      this.#subscriptions.set(channelID, { browser, serverKey: key });
      reply({ channelID, pushEndpoint: `http://${this.#host}/${channelID}` });
    }
    if (messageType === 'unregister' && channelID) {
      this.#subscriptions.delete(channelID);
      reply({ channelID });
    }
  }

  async #take(request: IncomingMessage): Promise<number> {
    const channelID = request.url?.slice(1) ?? '';
    const subscription = this.#subscriptions.get(channelID);
    if (subscription === undefined) return 410;
    if (!isFrom(subscription.serverKey, `http://${this.#host}`, request.headers.authorization ?? '')) return 403;
    if (!/^\d+$/.test(String(request.headers.ttl))) return 400;
    const body = Buffer.concat(await request.toArray());
    const headers = { encoding: request.headers['content-encoding'] };
    const data = body.toString('base64url');
    subscription.browser.send(
      JSON.stringify({ messageType: 'notification', channelID, version: randomUUID(), data, headers }),
    );
    return 201;
  }
}

/** `vapid t=<JSON web token>, k=<public key>`: signed by the server for which the browser asked, and for this service. */
function isFrom(serverKey: string, audience: string, authorization: string): boolean {
  const [, header = '', claims = '', signature = '', key = ''] =
    /^vapid t=([\w-]+)\.([\w-]+)\.([\w-]+), ?k=([\w-]+)$/.exec(authorization) ?? [];
  if (key !== serverKey.replace(/=+$/, '')) return false;
  const { aud, exp } = JSON.parse(Buffer.from(claims, 'base64url').toString());
  if (aud !== audience || exp * 1000 < Date.now()) return false;
  const point = Buffer.from(key, 'base64url');
  // An uncompressed point: a mark, then both coordinates.
  const [x, y] = [point.toString('base64url', 1, 33), point.toString('base64url', 33)];
  const publicKey = createPublicKey({ key: { kty: 'EC', crv: 'P-256', x, y }, format: 'jwk' });
  const signed = Buffer.from(`${header}.${claims}`);
  return verify('sha256', signed, { key: publicKey, dsaEncoding: 'ieee-p1363' }, Buffer.from(signature, 'base64url'));
}
