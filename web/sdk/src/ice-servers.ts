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
    try {
      const answer = await this.#http.get('/ice-servers', iceServers);
      this.#servers = answer.ice_servers.map((server) => ({
        urls: server.urls,
        ...(typeof server.username === 'string' ? { username: server.username } : {}),
        ...(typeof server.credential === 'string' ? { credential: server.credential } : {}),
      }));
      const lifeMs = Date.parse(answer.expires_at) - this.#runtime.epochMs() - policy.iceServersMarginMs;
      this.#freshUntilMs = this.#runtime.now() + Math.min(policy.iceServersMaxAgeMs, lifeMs);
    } catch {
      // The next call asks again; host candidates alone may do.
    }
  }
}
