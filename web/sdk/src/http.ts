import { SightlineError, type SightlineOptions } from './api.js';
import { request as policy } from './policy.js';
import type { components } from './protocol/rest.gen.js';
import { type Check, listOf, orMissing, shape, text } from './protocol/shape.js';
import type { Runtime } from './runtime.js';

type Problem = components['schemas']['ProblemDocument'];

/** Newer servers may know more codes. */
const problem = shape<Pick<Problem, 'detail'> & { code: string }>({ code: text, detail: orMissing(text) });
const messages = listOf(text);

export interface RequestOptions {
  readonly body?: object;
  /** Lets the request outlive the page. */
  readonly keepalive?: boolean;
  /** Beside the usual ones. */
  readonly headers?: Record<string, string> | undefined;
}

/** Requests to the server: who asks, antiforgery, timeouts, and errors as `SightlineError`. */
export class Http {
  readonly #runtime: Runtime;
  readonly #base: string;
  readonly #accessToken: (() => Promise<string>) | undefined;
  /** From the last `Me`; belongs to the person who is signed in. */
  antiforgeryToken: string | null = null;

  constructor(runtime: Runtime, options: SightlineOptions) {
    this.#runtime = runtime;
    this.#base = (options.url ?? runtime.origin).replace(/\/$/, '');
    this.#accessToken = options.accessToken;
  }

  get usesTickets(): boolean {
    return this.#accessToken !== undefined;
  }

  url(path: string): string {
    return this.#base + path;
  }

  socketUrl(path: string): string {
    return `${this.#base.replace(/^http/, 'ws')}${path}`;
  }

  get<T>(path: string, check: Check<T>): Promise<T> {
    return this.#request('GET', path, check, {});
  }

  post<T>(path: string, check: Check<T>, options: RequestOptions = {}): Promise<T> {
    return this.#request('POST', path, check, options);
  }

  put<T>(path: string, check: Check<T>, options: RequestOptions = {}): Promise<T> {
    return this.#request('PUT', path, check, options);
  }

  delete<T>(path: string, check: Check<T>, options: RequestOptions = {}): Promise<T> {
    return this.#request('DELETE', path, check, options);
  }

  async #request<T>(method: string, path: string, check: Check<T>, options: RequestOptions): Promise<T> {
    const headers: Record<string, string> = { accept: 'application/json', ...options.headers };
    if (options.body !== undefined) headers['content-type'] = 'application/json';
    if (this.#accessToken !== undefined) headers.authorization = `Bearer ${await this.#accessToken()}`;
    else if (method !== 'GET' && this.antiforgeryToken !== null) {
      headers['x-sightline-antiforgery'] = this.antiforgeryToken;
    }

    const abort = new AbortController();
    const timer = this.#runtime.setTimer(() => abort.abort(), policy.timeoutMs);
    try {
      const response = await this.#runtime.fetch(this.#base + path, {
        method,
        headers,
        credentials: this.#accessToken === undefined ? 'same-origin' : 'omit',
        signal: abort.signal,
        keepalive: options.keepalive === true,
        ...(options.body === undefined ? {} : { body: JSON.stringify(options.body) }),
      });
      const value: unknown = await response.json().catch(() => null);
      if (!response.ok) throw toError(response, value);
      if (!check(value)) throw new SightlineError('unexpected', 'The server answered with something unexpected.');
      return value;
    } catch (error) {
      if (error instanceof SightlineError) throw error;
      throw new SightlineError('unreachable', 'The server cannot be reached.');
    } finally {
      this.#runtime.clearTimer(timer);
    }
  }
}

function toError(response: Response, value: unknown): SightlineError {
  const retryAfter = Number.parseInt(response.headers.get('retry-after') ?? '', 10);
  const known = problem(value) ? value : null;
  return new SightlineError(
    known?.code ?? (response.status === 401 ? 'not_signed_in' : 'unexpected'),
    known?.detail ?? `The server answered with status ${response.status}.`,
    fieldErrors(value),
    Number.isNaN(retryAfter) ? null : retryAfter,
  );
}

function fieldErrors(value: unknown): Record<string, readonly string[]> {
  const errors = typeof value === 'object' && value !== null && 'errors' in value ? value.errors : null;
  if (typeof errors !== 'object' || errors === null) return {};
  return Object.fromEntries(Object.entries(errors).filter((entry): entry is [string, string[]] => messages(entry[1])));
}
