import {
  type Call,
  type CallRecord,
  type CallReport,
  type CallType,
  type IceTest,
  type Me,
  type Person,
  type Presence,
  type Recording,
  type RecordingDetails,
  type ServiceState,
  type Settings,
  type Sightline,
  SightlineError,
} from '@sightline/sdk';
import { FakeCall } from './fakeCall';
import { FakeDevices } from './fakeDevices';

export const grace: Me = {
  personId: 'grace',
  displayName: 'Grace Hopper',
  email: 'grace@example.org',
  isOperator: false,
};

interface Start {
  me?: Me | null;
  people?: readonly Person[];
  calls?: readonly CallRecord[];
  service?: ServiceState;
  demoLinks?: readonly { displayName: string; url: string }[];
  missedCalls?: number;
  settings?: Partial<Settings>;
}

type Request =
  | 'me'
  | 'signUp'
  | 'signIn'
  | 'signOut'
  | 'people'
  | 'calls'
  | 'callReport'
  | 'recordings'
  | 'recording'
  | 'testIce'
  | 'settings'
  | 'pushSubscribe'
  | 'pushUnsubscribe'
  | 'markCallsSeen';

type Callee = { readonly personId: string; readonly displayName: string };

/** A `Sightline` in memory. Put an error into `failures` to make the request of that name fail; a promise delays it. */
export class FakeSightline implements Sightline {
  readonly failures: Partial<Record<Request, SightlineError>> = {};
  /** Requests wait for this. */
  gate: Promise<void> = Promise.resolve();
  readonly asked: string[] = [];
  readonly placed: FakeCall[] = [];
  signedIn: Me | null;
  peopleThere: readonly Person[];
  recentCalls: readonly CallRecord[];
  callsOfEverybody: readonly CallRecord[] = [];
  report: CallReport | null = null;
  recorded: readonly RecordingDetails[] = [];
  /** What the test of the servers says, step by step. */
  iceSteps: readonly IceTest[] = [];
  service: ServiceState;
  missedCalls: number;
  pauseVideoWhenHidden = false;
  readonly devices = new FakeDevices();
  readonly rejoined: CallRecord[] = [];
  readonly #settings: Settings;
  readonly #demoLinks: readonly { displayName: string; url: string }[];
  readonly #onService = new Set<(state: ServiceState) => void>();
  readonly #onPresence = new Set<(personId: string, presence: Presence) => void>();
  readonly #onMissedCalls = new Set<(count: number) => void>();
  readonly #onRecording = new Set<(recording: Recording) => void>();
  readonly #onIncoming = new Set<(call: Call) => void>();

  constructor(start: Start = {}) {
    this.signedIn = start.me === undefined ? grace : start.me;
    this.peopleThere = start.people ?? [];
    this.recentCalls = start.calls ?? [];
    this.service = start.service ?? 'online';
    this.missedCalls = start.missedCalls ?? 0;
    this.#settings = { videoCodecs: [], blurModelUrl: null, pushPublicKey: 'BA', ...start.settings };
    this.#demoLinks = start.demoLinks ?? [];
  }

  readonly account = {
    me: () => this.#answer('me', () => this.signedIn),
    signUp: (fields: { email: string; password: string; displayName: string }) =>
      this.#answer('signUp', () => this.#signIn({ ...fields, personId: 'new', isOperator: false })),
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

  calls({ everybody = false }: { limit?: number; everybody?: boolean } = {}) {
    return this.#answer('calls', () => (everybody ? this.callsOfEverybody : this.recentCalls));
  }

  callReport(callId: string) {
    return this.#answer('callReport', () => {
      const call = this.recentCalls.find((one) => one.callId === callId);
      if (this.report) return this.report;
      if (call) return { call, devices: [] };
      throw new SightlineError('not_a_participant', 'no such call');
    });
  }

  testIce(progress: (test: IceTest) => void = () => {}) {
    return this.#answer('testIce', () => {
      for (const step of this.iceSteps) progress(step);
      const last = this.iceSteps.at(-1);
      if (!last) throw new SightlineError('unreachable', 'no answer');
      // A test that does not end.
      return last.verdict === 'testing' ? new Promise<IceTest>(() => {}) : last;
    });
  }

  readonly recordings = {
    list: ({ limit = 50, beforeMs = Number.POSITIVE_INFINITY }: { limit?: number; beforeMs?: number } = {}) =>
      this.#answer('recordings', () =>
        this.recorded.filter(({ startedAtMs }) => startedAtMs < beforeMs).slice(0, limit),
      ),
    details: (recordingId: string) =>
      this.#answer('recording', () => {
        const found = this.recorded.find((one) => one.recordingId === recordingId);
        if (!found) throw new SightlineError('not_a_participant', 'no such recording');
        return found;
      }),
    fileUrl: (recordingId: string, name: string, { download = false } = {}) =>
      `/recordings/${recordingId}/files/${name}${download ? '?download=1' : ''}`,
    subscribe: (listener: (recording: Recording) => void) => {
      this.#onRecording.add(listener);
      return () => this.#onRecording.delete(listener);
    },
  };

  /** What is known of a recording is another. */
  changeRecording(recordingId: string, change: Partial<RecordingDetails>): void {
    this.recorded = this.recorded.map((one) => (one.recordingId === recordingId ? { ...one, ...change } : one));
    const changed = this.recorded.find((one) => one.recordingId === recordingId);
    if (changed) for (const listener of this.#onRecording) listener(changed);
  }

  connect(): void {
    this.asked.push('connect');
  }

  disconnect(): void {
    this.asked.push('disconnect');
  }

  settings() {
    return this.#answer('settings', () => this.#settings);
  }

  markCallsSeen() {
    return this.#answer('markCallsSeen', () => this.setMissedCalls(0));
  }

  readonly push = {
    subscribe: (_subscription: { endpoint: string; p256dh: string; auth: string }) =>
      this.#answer('pushSubscribe', () => {}),
    unsubscribe: (_endpoint: string) => this.#answer('pushUnsubscribe', () => {}),
  };

  call(
    who: Callee | readonly Callee[],
    options: { type?: CallType; camera?: boolean; microphone?: boolean } = {},
  ): FakeCall {
    const callType = options.type ?? 'video';
    const people = 'personId' in who ? [who] : who;
    const call = new FakeCall({
      others: people.map(({ personId, displayName }) => ({ personId, displayName, standing: 'ringing' })),
      callType,
      cameraOn: options.camera ?? callType === 'video',
      microphoneOn: options.microphone ?? true,
    });
    this.placed.push(call);
    return call;
  }

  rejoin(record: CallRecord): FakeCall {
    this.rejoined.push(record);
    const others = record.participants.filter((participant) => participant.personId !== this.signedIn?.personId);
    const call = new FakeCall({ callId: record.callId, callType: record.callType, state: 'CONNECTING', others });
    this.placed.push(call);
    return call;
  }

  onMissedCalls(listener: (count: number) => void) {
    this.#onMissedCalls.add(listener);
    return () => this.#onMissedCalls.delete(listener);
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

  setMissedCalls(count: number): void {
    this.missedCalls = count;
    for (const listener of this.#onMissedCalls) listener(count);
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
    const { personId, displayName, email, isOperator } = fields;
    this.signedIn = { personId, displayName, email, isOperator };
    return this.signedIn;
  }

  async #answer<T>(name: keyof FakeSightline['failures'], yields: () => T | Promise<T>): Promise<T> {
    this.asked.push(name);
    await this.gate;
    const failure = this.failures[name];
    if (failure) throw failure;
    return yields();
  }
}
