import type {
  Call,
  CallRecord,
  CallType,
  Me,
  Person,
  Presence,
  ServiceState,
  Sightline,
  SightlineError,
} from '@sightline/sdk';
import { FakeCall } from './fakeCall';

export const grace: Me = { personId: 'grace', displayName: 'Grace Hopper', email: 'grace@example.org' };

interface Start {
  me?: Me | null;
  people?: readonly Person[];
  calls?: readonly CallRecord[];
  service?: ServiceState;
  demoLinks?: readonly { displayName: string; url: string }[];
}

/** A `Sightline` in memory. Put an error into `failures` to make the request of that name fail; a promise delays it. */
export class FakeSightline implements Sightline {
  readonly failures: Partial<Record<'me' | 'signUp' | 'signIn' | 'signOut' | 'people' | 'calls', SightlineError>> = {};
  /** Requests wait for this. */
  gate: Promise<void> = Promise.resolve();
  readonly asked: string[] = [];
  readonly placed: FakeCall[] = [];
  signedIn: Me | null;
  peopleThere: readonly Person[];
  recentCalls: readonly CallRecord[];
  service: ServiceState;
  readonly #demoLinks: readonly { displayName: string; url: string }[];
  readonly #onService = new Set<(state: ServiceState) => void>();
  readonly #onPresence = new Set<(personId: string, presence: Presence) => void>();
  readonly #onIncoming = new Set<(call: Call) => void>();

  constructor(start: Start = {}) {
    this.signedIn = start.me === undefined ? grace : start.me;
    this.peopleThere = start.people ?? [];
    this.recentCalls = start.calls ?? [];
    this.service = start.service ?? 'online';
    this.#demoLinks = start.demoLinks ?? [];
  }

  readonly account = {
    me: () => this.#answer('me', () => this.signedIn),
    signUp: (fields: { email: string; password: string; displayName: string }) =>
      this.#answer('signUp', () => this.#signIn({ ...fields, personId: 'new' })),
    signIn: (fields: { email: string; password: string }) =>
      this.#answer('signIn', () => this.#signIn({ ...grace, email: fields.email })),
    signOut: () =>
      this.#answer('signOut', () => {
        this.signedIn = null;
      }),
    demoLinks: async () => this.#demoLinks,
  };

  people({ query = '' }: { query?: string } = {}) {
    const found = (person: Person) => person.displayName.toLowerCase().includes(query.toLowerCase());
    return this.#answer('people', () => this.peopleThere.filter(found));
  }

  calls() {
    return this.#answer('calls', () => this.recentCalls);
  }

  connect(): void {
    this.asked.push('connect');
  }

  disconnect(): void {
    this.asked.push('disconnect');
  }

  call(person: { personId: string; displayName: string }, options: { type?: CallType } = {}): FakeCall {
    const callType = options.type ?? 'video';
    const call = new FakeCall({ others: [person], callType, cameraOn: callType === 'video' });
    this.placed.push(call);
    return call;
  }

  onService(listener: (state: ServiceState) => void) {
    this.#onService.add(listener);
    return () => this.#onService.delete(listener);
  }

  onPresence(listener: (personId: string, presence: Presence) => void) {
    this.#onPresence.add(listener);
    return () => this.#onPresence.delete(listener);
  }

  onIncoming(listener: (call: Call) => void) {
    this.#onIncoming.add(listener);
    return () => this.#onIncoming.delete(listener);
  }

  setService(service: ServiceState): void {
    this.service = service;
    for (const listener of this.#onService) listener(service);
  }

  setPresence(personId: string, presence: Presence): void {
    this.peopleThere = this.peopleThere.map((one) => (one.personId === personId ? { ...one, presence } : one));
    for (const listener of this.#onPresence) listener(personId, presence);
  }

  ring(call: FakeCall): FakeCall {
    for (const listener of this.#onIncoming) listener(call);
    return call;
  }

  dispose(): void {}

  #signIn(fields: Me): Me {
    this.signedIn = { personId: fields.personId, displayName: fields.displayName, email: fields.email };
    return this.signedIn;
  }

  async #answer<T>(name: keyof FakeSightline['failures'], yields: () => T): Promise<T> {
    this.asked.push(name);
    await this.gate;
    const failure = this.failures[name];
    if (failure) throw failure;
    return yields();
  }
}
