import type {
  Call,
  CallId,
  CallRecord,
  CallReport,
  CallType,
  IceTest,
  Participant,
  Person,
  PersonId,
  Presence,
  ServiceState,
  Settings,
  Sightline,
  SightlineOptions,
  Unsubscribe,
} from './api.js';
import { LiveCall } from './call/call.js';
import type { CallStart, Surroundings } from './call/exchange.js';
import { Http } from './http.js';
import { IceServers } from './ice-servers.js';
import { Scope } from './lifetime.js';
import { Listeners } from './listeners.js';
import { DeviceList } from './media/devices.js';
import type { Notification } from './protocol/messages.js';
import { readNotification } from './protocol/read.js';
import { Rest } from './rest.js';
import { type Runtime, recordingPart, type Telemetry } from './runtime.js';
import { ReconnectingSocket } from './signalling/socket.js';

/** The shell around everything: who is signed in, the notification socket, and the calls of this device. */
export class Client implements Sightline {
  readonly #scope: Scope;
  readonly #runtime: Runtime;
  readonly #http: Http;
  readonly #rest: Rest;
  readonly #around: Surroundings;
  readonly #calls = new Set<LiveCall>();
  readonly #urgent = new Set<object>();
  readonly #serviceListeners = new Listeners<[ServiceState]>();
  readonly #presenceListeners = new Listeners<[PersonId, Presence]>();
  readonly #incomingListeners = new Listeners<[Call]>();
  readonly #recordingListeners = new Listeners<[unknown]>();
  readonly #missedListeners = new Listeners<[number]>();
  #telemetry: Telemetry | null | undefined;
  #missedCalls = 0;
  #connection: Scope | null = null;
  #notifications: ReconnectingSocket | null = null;
  #service: ServiceState = 'offline';

  readonly account: Sightline['account'];
  readonly push: Sightline['push'];
  readonly recordings: Sightline['recordings'];
  readonly devices: DeviceList;

  constructor(runtime: Runtime, options: SightlineOptions) {
    const http = new Http(runtime, options);
    this.#runtime = runtime;
    this.#http = http;
    this.#scope = new Scope(runtime);
    this.#rest = new Rest(http);
    this.devices = new DeviceList(this.#scope, runtime);
    this.#around = {
      runtime,
      rest: this.#rest,
      iceServers: new IceServers(http, runtime),
      devices: this.devices,
      usesTickets: http.usesTickets,
      urgent: (call, urgent) => {
        if (urgent) this.#urgent.add(call);
        else this.#urgent.delete(call);
        if (this.#notifications !== null) this.#notifications.yields = this.#urgent.size > 0;
      },
      videoCodecs: () => options.videoCodecs ?? this.#rest.knownSettings?.videoCodecs ?? [],
    };
    this.push = {
      subscribe: async (subscription) => (await this.#desk()).subscribe(subscription),
      unsubscribe: async (endpoint) => (await this.#desk()).unsubscribe(endpoint),
    };
    const recording = () => recordingPart(runtime);
    this.recordings = {
      list: async (options = {}) => (await recording()).listRecordings(http, options),
      details: async (id) => (await recording()).recordingDetails(http, id),
      fileUrl: (id, name, { download = false } = {}) =>
        http.url(`/recordings/${id}/files/${name}${download ? '?download=1' : ''}`),
      subscribe: (listener) =>
        this.#recordingListeners.add(async (value) => {
          const told = (await recording()).readRecording(value);
          if (told !== null) listener(told);
        }),
    };
    this.account = {
      me: () => this.#rest.me(),
      signUp: async (fields) => (await this.#desk()).signUp(fields),
      signIn: async (fields) => (await this.#desk()).signIn(fields),
      signOut: async () => {
        this.#leave();
        await (await this.#desk()).signOut();
      },
      demoLinks: async () => (await this.#desk()).demoLinks(),
    };
    // Whatever was open before belongs to an address that may be gone.
    this.#scope.listen(runtime.page, 'online', () => this.#networkChanged(true));
    this.#scope.listen(runtime.page, 'offline', () => this.#networkChanged());
    this.#scope.listen(runtime.page, 'pagehide', () => {
      for (const call of this.#calls) call.leave();
    });
    if (runtime.network !== undefined) this.#scope.listen(runtime.network, 'change', () => this.#networkChanged());
  }

  people(options: { query?: string } = {}): Promise<readonly Person[]> {
    return this.#rest.people(options.query);
  }

  calls(options: { limit?: number; everybody?: boolean } = {}): Promise<readonly CallRecord[]> {
    return this.#rest.calls(options);
  }

  async callReport(callId: CallId): Promise<CallReport> {
    return (await this.#runtime.extras()).readReport(this.#http, callId);
  }

  async testIce(progress?: (test: IceTest) => void): Promise<IceTest> {
    return (await import('./icetest/tester.js')).testIce(this.#scope.child(), this.#runtime, this.#http, progress);
  }

  get missedCalls(): number {
    return this.#missedCalls;
  }

  onMissedCalls(listener: (count: number) => void): Unsubscribe {
    return this.#missedListeners.add(listener);
  }

  async markCallsSeen(): Promise<void> {
    await this.#rest.markCallsSeen();
    this.#setMissedCalls(0);
  }

  async settings(): Promise<Settings> {
    return (await this.#desk()).settings();
  }

  get pauseVideoWhenHidden(): boolean {
    return this.devices.pauseVideoWhenHidden;
  }

  set pauseVideoWhenHidden(pause: boolean) {
    this.devices.pauseVideoWhenHidden = pause;
  }

  get service(): ServiceState {
    return this.#service;
  }

  onService(listener: (state: ServiceState) => void): Unsubscribe {
    return this.#serviceListeners.add(listener);
  }

  onPresence(listener: (personId: PersonId, presence: Presence) => void): Unsubscribe {
    return this.#presenceListeners.add(listener);
  }

  onIncoming(listener: (call: Call) => void): Unsubscribe {
    return this.#incomingListeners.add(listener);
  }

  connect(): void {
    if (this.#connection !== null || this.#scope.disposed) return;
    const connection = this.#scope.child();
    this.#connection = connection;
    this.#setService('connecting');
    this.#around.iceServers.prefetch();
    // Where it cannot be had, calls go on without.
    this.#runtime.extras().then(
      async (extras) => {
        this.#telemetry = await extras.telemetry();
      },
      () => {},
    );
    this.settings().catch(() => {});
    // Calls need to know whose they are; whoever is not signed in learns it from the socket.
    if (this.#rest.personId === null) this.#rest.me().catch(() => {});
    const socket = new ReconnectingSocket(
      connection,
      this.#runtime,
      { url: () => this.#rest.socketUrl('/ws/notifications'), usesTickets: this.#around.usesTickets },
      {
        // A refusal comes after the opening; only an answer shows that the server takes us.
        opened: () => socket.ping(),
        alive: () => this.#setService('online'),
        message: (message) => {
          const notification = readNotification(message);
          if (notification !== null) this.#notified(notification);
        },
        lost: (cause) => this.#setService(cause === 'too_fast' ? 'too_many_devices' : 'connecting'),
        refused: () => this.#disconnect('signed_out'),
      },
    );
    this.#notifications = socket;
  }

  disconnect(): void {
    this.#disconnect('offline');
  }

  call(
    who: { personId: PersonId; displayName: string } | readonly { personId: PersonId; displayName: string }[],
    options: { type?: CallType; camera?: boolean; microphone?: boolean } = {},
  ): Call {
    const { type = 'video', camera, microphone } = options;
    const others = [who].flat().map(({ personId, displayName }): Participant => {
      return { personId, displayName, standing: 'ringing' };
    });
    const start = { callType: type, callId: null, others, camera, microphone };
    return this.#begin({ type: 'dial', direction: 'outgoing', ...start });
  }

  rejoin({ callId, callType, callerId, participants }: CallRecord): Call {
    const { personId } = this.#rest;
    const direction = callerId === personId ? 'outgoing' : 'incoming';
    const others = participants.filter((one) => one.personId !== personId);
    return this.#begin({ type: 'rejoin', direction, callType, callId, others });
  }

  dispose(): void {
    for (const call of this.#calls) call.dispose();
    this.disconnect();
    this.#scope.dispose();
    this.#serviceListeners.clear();
    this.#presenceListeners.clear();
    this.#incomingListeners.clear();
    this.#missedListeners.clear();
    this.#recordingListeners.clear();
  }

  #begin(start: CallStart): LiveCall {
    const trace = this.#telemetry?.trace(this.#runtime, this.#http, start);
    const scope = this.#scope.child(trace?.runtime);
    const call = new LiveCall(scope, { ...this.#around, ...trace }, start);
    trace?.follow(call, scope);
    this.#calls.add(call);
    scope.own(() => this.#calls.delete(call));
    const undo = call.onState(({ to }) => {
      if (to !== 'CONNECTED' && to !== 'ENDED') return;
      undo();
      // Where it cannot be had, nothing is reported.
      this.#runtime.extras().then(
        ({ reportCall }) => reportCall(this.#scope.child(), this.#runtime, this.#http, call, this.devices),
        () => {},
      );
    });
    return call;
  }

  #notified(notification: Notification): void {
    switch (notification.notification_type) {
      case 'CALL': {
        const { call_type: callType, call_id: callId, caller } = notification;
        // A reconnect is told again of what still rings.
        if ([...this.#calls].some((call) => call.snapshot.callId === callId || call.dials(caller.person_id))) return;
        const others: Participant[] = [
          { personId: caller.person_id, displayName: caller.display_name, standing: 'joined' },
        ];
        const start = { direction: 'incoming', callType, callId, others } as const;
        this.#incomingListeners.tell(this.#begin({ type: 'ring', ...start }));
        break;
      }
      case 'CALL_UPDATED':
        for (const call of this.#calls) call.updated(notification.call);
        break;
      case 'PRESENCE':
        this.#presenceListeners.tell(notification.person_id, notification.presence);
        break;
      case 'MISSED_CALLS':
        this.#setMissedCalls(notification.count);
        break;
      case 'RECORDING':
        this.#recordingListeners.tell(notification.recording);
    }
  }

  async #desk() {
    return (await this.#runtime.extras()).desk(this.#rest);
  }

  #leave(): void {
    for (const call of this.#calls) call.hangUp();
    this.disconnect();
    this.#setMissedCalls(0);
    this.#around.iceServers.forget();
  }

  #disconnect(because: 'offline' | 'signed_out'): void {
    this.#connection?.dispose();
    this.#connection = null;
    this.#notifications = null;
    this.#setService(because);
    if (because === 'signed_out') this.#setMissedCalls(0);
  }

  #setMissedCalls(count: number): void {
    if (count === this.#missedCalls) return;
    this.#missedCalls = count;
    this.#missedListeners.tell(count);
  }

  #networkChanged(reopens = false): void {
    if (reopens) this.#notifications?.reopen();
    else this.#notifications?.check();
    for (const call of this.#calls) call.networkChanged(reopens);
  }

  #setService(state: ServiceState): void {
    if (state === this.#service) return;
    this.#service = state;
    this.#serviceListeners.tell(state);
  }
}
