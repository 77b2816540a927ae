import type { Http } from './http.js';
import { request as policy } from './policy.js';
import type { components } from './protocol/rest.gen.js';
import { listOf, orMissing, shape, text } from './protocol/shape.js';
import type { Runtime } from './runtime.js';

type Schemas = components['schemas'];

const iceServer = shape<Schemas['IceServer']>({
  urls: listOf(text),
  username: orMissing(text),
  credential: orMissing(text),
});
const iceServers = shape<Schemas['IceServersResponse']>({ ice_servers: listOf(iceServer), expires_at: text });

/** ICE servers, fetched before a call needs them. A call that cannot get them goes on with what it has. */
export class IceServers {
  readonly #http: Http;
  readonly #runtime: Runtime;
  #servers: readonly RTCIceServer[] = [];
  #freshUntilMs = Number.NEGATIVE_INFINITY;
  /** When running connections need the next ones. */
  #renewAtMs = Number.NEGATIVE_INFINITY;
  #askedAtMs = Number.NEGATIVE_INFINITY;
  #request: Promise<void> | null = null;

  constructor(http: Http, runtime: Runtime) {
    this.#http = http;
    this.#runtime = runtime;
  }

  /** What is known now; asks for newer ones when these are old. */
  get current(): readonly RTCIceServer[] {
    this.prefetch();
    return this.#servers;
  }

  prefetch(): void {
    void this.#fresh();
  }

  /** Fresh ones, or after a short wait what is known. Never fails. */
  async ready(): Promise<readonly RTCIceServer[]> {
    const wait = this.#fresh();
    let timer: unknown;
    const patience = new Promise<void>((resolve) => {
      timer = this.#runtime.setTimer(resolve, policy.iceServersWaitMs);
    });
    await Promise.race([wait, patience]);
    this.#runtime.clearTimer(timer);
    return this.#servers;
  }

  /** Connections that use these are given fresh ones by then; `null` while there are none. */
  get renewAtMs(): number | null {
    if (this.#servers.length === 0) return null;
    return Math.max(this.#renewAtMs, this.#askedAtMs + policy.iceServersRetryMs);
  }

  /** Fresh ones, whatever is known: these end soon, or a TURN server refuses them. `true` when they are others. */
  async renew(): Promise<boolean> {
    const before = JSON.stringify(this.#servers);
    if (this.#runtime.now() >= this.#askedAtMs + policy.iceServersRetryMs) {
      this.#freshUntilMs = Number.NEGATIVE_INFINITY;
      await this.#fresh();
    }
    return JSON.stringify(this.#servers) !== before;
  }

  /** Credentials belong to a person. */
  forget(): void {
    this.#servers = [];
    this.#freshUntilMs = Number.NEGATIVE_INFINITY;
  }

  async #fresh(): Promise<void> {
    if (this.#runtime.now() < this.#freshUntilMs) return;
    this.#request ??= this.#fetch().finally(() => {
      this.#request = null;
    });
    await this.#request;
  }

  async #fetch(): Promise<void> {
    this.#askedAtMs = this.#runtime.now();
    try {
      const answer = await this.#http.get('/ice-servers', iceServers);
      this.#servers = answer.ice_servers.map((server) => ({
        urls: server.urls,
        ...(typeof server.username === 'string' ? { username: server.username } : {}),
        ...(typeof server.credential === 'string' ? { credential: server.credential } : {}),
      }));
      const lifeMs = Math.min(policy.iceServersMaxLifeMs, Date.parse(answer.expires_at) - this.#runtime.epochMs());
      const usableMs = lifeMs - policy.iceServersMarginMs;
      this.#renewAtMs = this.#runtime.now() + Math.max(usableMs, lifeMs / 2);
      this.#freshUntilMs = this.#runtime.now() + Math.min(policy.iceServersMaxAgeMs, usableMs);
    } catch {
      // The next call asks again; host candidates alone may do.
    }
  }
}
