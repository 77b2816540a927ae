import {
  type CallId,
  type CallRecord,
  type CallType,
  type ChannelId,
  type Me,
  type Participant,
  type Person,
  type PersonId,
  type Settings,
  SightlineError,
} from './api.js';
import type { Http, RequestOptions } from './http.js';
import type { CallView, ParticipantView } from './protocol/messages.js';
import { callView, presence } from './protocol/read.js';
import type { components } from './protocol/rest.gen.js';
import { anything, type Check, flag, listOf, shape, text } from './protocol/shape.js';

type Schemas = components['schemas'];

export const wireMe = shape<Schemas['Me']>({
  person_id: text,
  email: text,
  display_name: text,
  is_operator: flag,
  antiforgery_token: text,
});
const person = shape<Schemas['Person']>({ person_id: text, display_name: text, presence });
const people = shape<Schemas['PeopleResponse']>({ people: listOf(person) });
const calls = shape<Pick<Schemas['CallList'], 'calls'>>({ calls: listOf(callView) });
const callDetails = shape<Pick<Schemas['CallDetails'], 'call'>>({ call: callView });
const channel = shape<Pick<Schemas['Channel'], 'channel_id'>>({ channel_id: text });
const ticket = shape<Pick<Schemas['TicketResponse'], 'ticket'>>({ ticket: text });

/** What a device may ask of a call that it is in; it leaves by its own id, which says that it was in. */
export type Ask = 'cancel' | 'decline' | 'end' | { readonly leave: string };

/** The server's requests by name, and who is signed in. */
export class Rest {
  readonly http: Http;
  /** By the ids of the others, in order. */
  readonly #channels = new Map<string, ChannelId>();
  #personId: PersonId | null = null;
  /** Asked for once by whoever is signed in. */
  settings: Promise<Settings> | null = null;
  /** What is known of them without waiting. */
  knownSettings: Settings | null = null;

  constructor(http: Http) {
    this.http = http;
  }

  /** Who is signed in, as far as that is known without asking. */
  get personId(): PersonId | null {
    return this.#personId;
  }

  async me(): Promise<Me | null> {
    try {
      return this.signedIn(await this.http.get('/account/me', wireMe));
    } catch (error) {
      if (!(error instanceof SightlineError && error.code === 'not_signed_in')) throw error;
      this.signedOut();
      return null;
    }
  }

  async people(query: string | undefined): Promise<Person[]> {
    const search = query === undefined ? '' : `?${new URLSearchParams({ query })}`;
    const found = await this.http.get(`/people${search}`, people);
    return found.people.map((person) => ({
      personId: person.person_id,
      displayName: person.display_name,
      presence: person.presence,
    }));
  }

  async calls({ limit = 50, everybody = false }: { limit?: number; everybody?: boolean }): Promise<CallRecord[]> {
    return (await this.http.get(`/calls?limit=${limit}&everybody=${everybody}`, calls)).calls.map(toRecord);
  }

  async call(callId: CallId): Promise<CallView> {
    return (await this.http.get(`/calls/${callId}`, callDetails)).call;
  }

  async markCallsSeen(): Promise<void> {
    await this.post('/calls/seen', anything);
  }

  /** The channel with exactly these people; asked for once. */
  async channelWith(people: readonly PersonId[]): Promise<ChannelId> {
    const key = [...people].sort().join();
    const known = this.#channels.get(key);
    if (known !== undefined) return known;
    const body = people.length === 1 ? { person_id: people[0] } : { person_ids: people };
    const made = await this.post('/channels', channel, { body });
    this.#channels.set(key, made.channel_id);
    return made.channel_id;
  }

  initiate(callType: CallType, channelId: ChannelId, headers?: Record<string, string>): Promise<CallView> {
    return this.post('/calls/initiate', callView, { body: { call_type: callType, channel_id: channelId }, headers });
  }

  invite(callId: CallId, people: readonly PersonId[]): Promise<CallView> {
    return this.post(`/calls/${callId}/invite`, callView, { body: { person_ids: people } });
  }

  conclude(callId: CallId, ask: Ask, options: RequestOptions = {}): Promise<CallView> {
    if (typeof ask === 'string') return this.post(`/calls/${callId}/${ask}`, callView, options);
    return this.post(`/calls/${callId}/leave`, callView, { ...options, body: { device_id: ask.leave } });
  }

  /** The address of a socket, with a ticket where there is no cookie. */
  async socketUrl(path: string): Promise<string> {
    const url = this.http.socketUrl(path);
    if (!this.http.usesTickets) return url;
    const made = await this.post('/tickets', ticket);
    return `${url}?${new URLSearchParams({ ticket: made.ticket })}`;
  }

  post<T>(path: string, check: Check<T>, options: RequestOptions = {}): Promise<T> {
    return this.change((all) => this.http.post(path, check, all), options);
  }

  /** With the antiforgery token of whoever is signed in, which a fresh page does not know yet. */
  async change<T>(ask: (options: RequestOptions) => Promise<T>, options: RequestOptions): Promise<T> {
    if (this.#personId === null) await this.me();
    try {
      return await ask(options);
    } catch (error) {
      if (!(error instanceof SightlineError && error.code === 'antiforgery')) throw error;
      // Another tab has signed somebody in since.
      await this.me();
      return ask(options);
    }
  }

  signedIn(me: Schemas['Me']): Me {
    if (this.#personId !== null && this.#personId !== me.person_id) this.#forget();
    this.#personId = me.person_id;
    this.http.antiforgeryToken = me.antiforgery_token;
    return { personId: me.person_id, email: me.email, displayName: me.display_name, isOperator: me.is_operator };
  }

  signedOut(): void {
    this.#personId = null;
    this.http.antiforgeryToken = null;
    this.#forget();
  }

  #forget(): void {
    this.#channels.clear();
    this.settings = null;
    this.knownSettings = null;
  }
}

export function toParticipant({ person_id, display_name, standing }: ParticipantView): Participant {
  return { personId: person_id, displayName: display_name, standing };
}

export function toRecord(call: CallView): CallRecord {
  return {
    callId: call.call_id,
    callType: call.call_type,
    channelId: call.channel_id,
    callerId: call.caller_id,
    participants: call.participants.map(toParticipant),
    createdAtMs: Date.parse(call.created_at),
    connectedAtMs: call.connected_at === null ? null : Date.parse(call.connected_at),
    endedAtMs: call.ended_at === null ? null : Date.parse(call.ended_at),
    outcome: call.outcome,
  };
}
