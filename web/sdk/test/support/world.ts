import type { Call, SightlineOptions } from '../../src/api.js';
import type { Scope } from '../../src/lifetime.js';
import type { Place, Runtime } from '../../src/runtime.js';
import { Client } from '../../src/sightline.js';
import { Clock } from './clock.js';
import { CountingTarget } from './events.js';
import { FakeDevices, FakeStream, FakeVisibility, mediaRuntime } from './media.js';
import { Network } from './network.js';
import { FakeNode } from './node.js';
import { FakePeerConnection } from './peer-connection.js';
import { seededRandom } from './random.js';
import { FakeServer } from './server.js';
import type { FakeWebSocket } from './web-socket.js';

/** Stands for a window that the page makes for a connection. */
export const ownWindow = {} as Place;

/** One page of one person. */
export class Device {
  readonly page = new CountingTarget();
  readonly devices = new FakeDevices();
  readonly visibility = new FakeVisibility();
  readonly sockets: FakeWebSocket[] = [];
  readonly client: Client;
  readonly incoming: Call[] = [];
  /** Of each connection: the window that it was made in, if it was not the page's. */
  readonly places: (Place | undefined)[] = [];
  /** What recordings need cannot be loaded. */
  partsMissing = false;

  constructor(world: World, person: string, options: SightlineOptions = {}) {
    const random = seededRandom(world.devices.length + 1);
    const media = mediaRuntime(this.devices, this.visibility);
    const runtime: Runtime = {
      now: () => world.clock.nowMs,
      epochMs: () => world.clock.nowMs,
      setTimer: (run, delayMs) => world.clock.setTimer(run, delayMs),
      clearTimer: (timer) => world.clock.clearTimer(timer),
      random,
      uuid: () => `device-${Math.floor(random() * 1e9)}`,
      fetch: (url, init) => {
        const body = typeof init.body === 'string' ? (JSON.parse(init.body) as Record<string, unknown>) : {};
        if (world.unreachable.has(person)) return new Promise(() => {});
        const { traceparent } = init.headers as { readonly traceparent?: string };
        if (traceparent !== undefined) world.server.traceparents.push(traceparent);
        return world.server.request(person, init.method ?? 'GET', new URL(url).pathname, body);
      },
      webSocket: (url) => {
        const socket = world.server.connect(person, url);
        this.sockets.push(socket);
        socket.stuck = world.unreachable.has(person);
        return socket as unknown as WebSocket;
      },
      peerConnection: (configuration, place) => {
        this.places.push(place);
        return new FakePeerConnection(world.network, configuration, person) as unknown as RTCPeerConnection;
      },
      iceWaits: world.iceWaits,
      ...media,
      extras: async () => {
        const extras = await media.extras();
        const missing = () => Promise.reject(new TypeError('Failed to fetch'));
        const place = (scope: Scope) => {
          scope.place = ownWindow;
        };
        return { ...extras, place, ...(this.partsMissing && { recording: missing }) };
      },
      mediaStream: () =>
        Object.assign(new FakeStream(), { id: `stream-${Math.floor(random() * 1e9)}` }) as unknown as MediaStream,
      page: this.page,
      network: undefined,
      origin: 'https://calls.example.org',
    };
    this.client = new Client(runtime, options);
    this.client.onIncoming((call) => this.incoming.push(call));
  }

  get ringing(): Call {
    const call = this.incoming.at(-1);
    if (call === undefined) throw new Error('Nothing rings here.');
    return call;
  }

  /** What the SDK holds here and would have to let go. */
  get held() {
    const targets = [this.page, ...this.sockets, ...this.devices.captured];
    return {
      openSockets: this.sockets.filter((socket) => socket.readyState !== 3).length,
      liveTracks: this.devices.captured.filter((track) => track.readyState === 'live').length,
      listeners: targets.reduce((sum, target) => sum + target.listenerCount, 0),
    };
  }
}

/** People with their devices, one server, one network and one clock. */
export class World {
  readonly clock = new Clock();
  readonly network = new Network(this.clock);
  readonly server = new FakeServer(this.clock);
  readonly node = new FakeNode(this.network);
  readonly devices: Device[] = [];
  /** People whose new sockets and requests do not get through, and are told nothing. */
  readonly unreachable = new Set<string>();

  /** @param iceWaits as in Chromium and Safari; `false` as in Firefox */
  constructor(readonly iceWaits = true) {
    this.server.node = this.node;
  }

  async online(person: string, options: SightlineOptions = {}): Promise<Device> {
    const device = new Device(this, person, options);
    this.devices.push(device);
    device.client.connect();
    await this.clock.until(() => device.client.service === 'online');
    return device;
  }

  /** Ada calls Grace; it rings at every device of hers. */
  async ring(
    type: 'audio' | 'video' = 'video',
  ): Promise<{ ada: Device; grace: Device; outgoing: Call; incoming: Call }> {
    const ada = await this.online('ada');
    const grace = await this.online('grace');
    const outgoing = ada.client.call({ personId: 'grace', displayName: 'Grace' }, { type });
    await this.clock.until(() => grace.incoming.length > 0);
    await this.clock.advance(2_000);
    return { ada, grace, outgoing, incoming: grace.ringing };
  }

  async talk(type: 'audio' | 'video' = 'video') {
    const there = await this.ring(type);
    there.incoming.answer();
    await this.clock.until(() => [there.outgoing, there.incoming].every((call) => call.snapshot.state === 'CONNECTED'));
    return there;
  }

  /** Ada calls Grace and Bob, and both answer. */
  async meet(type: 'audio' | 'video' = 'video') {
    const [ada, grace, bob] = [await this.online('ada'), await this.online('grace'), await this.online('bob')];
    const who = ['grace', 'bob'].map((personId) => ({ personId, displayName: personId }));
    const outgoing = ada.client.call(who, { type });
    await this.clock.until(() => grace.incoming.length > 0 && bob.incoming.length > 0);
    await this.clock.advance(2_000);
    for (const device of [grace, bob]) device.ringing.answer();
    const calls = [outgoing, grace.ringing, bob.ringing] as const;
    await this.clock.until(() => calls.every((call) => isMesh(call, 2)));
    return { ada, grace, bob, outgoing, calls };
  }

  /** Lets time pass until a call is in a state. */
  async reach(call: Call, state: Call['snapshot']['state']): Promise<void> {
    await this.clock.until(() => call.snapshot.state === state);
  }

  /** What everybody's pages hold together. */
  get held() {
    const connections = this.network.connections;
    return {
      devices: this.devices.map((device) => device.held),
      openConnections: this.network.open,
      listeners: connections.reduce((sum, one) => sum + one.listenerCount + one.channel.listenerCount, 0),
      timers: this.clock.pending,
    };
  }
}

/** Connected to so many others, each by a link of its own. */
export function isMesh({ snapshot: { state, remotes } }: Call, others: number): boolean {
  return state === 'CONNECTED' && remotes.length === others && remotes.every((remote) => remote.connected);
}
