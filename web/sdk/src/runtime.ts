import { pageTimers } from './timers.js';

/** Something that is measured until it is closed. */
export interface Gauge {
  /** `null` while it is not known. */
  read(): number | null;
  close(): void;
}

export type Extras = typeof import('./extras.js');
export type Telemetry = typeof import('./telemetry/trace.js');

/** Where a connection can be made: a window. */
export type Place = Pick<typeof globalThis, 'RTCPeerConnection'>;

export type CaptureDevices = EventTarget &
  Pick<MediaDevices, 'getUserMedia' | 'enumerateDevices'> &
  Partial<Pick<MediaDevices, 'getDisplayMedia'>>;

export type Permission = EventTarget & { readonly state: PermissionState };

/** What the SDK takes from its surroundings: the browser by default, fakes in tests. */
export interface Runtime {
  /** Milliseconds that only grow; for deadlines. */
  now(): number;
  /** Milliseconds since 1970; for people. */
  epochMs(): number;
  /** On time in a hidden page, too. */
  setTimer(run: () => void, delayMs: number): unknown;
  clearTimer(timer: unknown): void;
  /** From 0 to below 1. */
  random(): number;
  uuid(): string;
  fetch(url: string, init: RequestInit): Promise<Response>;
  webSocket(url: string): WebSocket;
  /** @param place Whose list of networks it goes by; this page's by default. */
  peerConnection(configuration: RTCConfiguration, place?: Place): RTCPeerConnection;
  /** Whether a connection may wait for the other side's candidates for as long as it rings. Firefox fails after 5 s. */
  readonly iceWaits: boolean;
  mediaStream(): MediaStream;
  /** Missing on pages without TLS. Tells `devicechange`. */
  readonly mediaDevices: CaptureDevices | undefined;
  /** Tells `change` when the person allows or refuses the device; `null` where the browser does not say. */
  permission(device: 'microphone' | 'camera'): Promise<Permission | null>;
  /** Whether `HTMLMediaElement` has `setSinkId`. */
  readonly canChooseSpeaker: boolean;
  /** Loads what a call can begin without. */
  extras(): Promise<Extras>;
  /** Tells `visibilitychange`. */
  readonly visibility: EventTarget & { readonly hidden: boolean };
  /** Keeps choices across visits; missing where the browser does not let it. */
  readonly storage: Pick<Storage, 'getItem' | 'setItem'> | undefined;
  /** Tells `online` and `pagehide`. */
  readonly page: EventTarget;
  /** Tells `change` when the device moves to another network, where the browser knows. */
  readonly network: EventTarget | undefined;
  readonly origin: string;
}

/** Rejects where it cannot be loaded. */
export const recordingPart = async (runtime: Runtime) => (await runtime.extras()).recording();

export function browserRuntime(): Runtime {
  const { connection } = navigator as Navigator & { readonly connection?: EventTarget };
  return {
    now: () => performance.now(),
    epochMs: () => Date.now(),
    setTimer: (run, delayMs) => pageTimers().set(run, delayMs),
    clearTimer: (timer) => pageTimers().clear(timer as number),
    random: () => Math.random(),
    uuid: randomUuid,
    fetch: (url, init) => fetch(url, init),
    webSocket: (url) => new WebSocket(url),
    peerConnection: (configuration, place = window) => new place.RTCPeerConnection(configuration),
    iceWaits: !navigator.userAgent.includes('Firefox'),
    mediaStream: () => new MediaStream(),
    mediaDevices: navigator.mediaDevices,
    permission: async (name) => navigator.permissions?.query({ name }).catch(() => null) ?? null,
    canChooseSpeaker: 'setSinkId' in HTMLMediaElement.prototype,
    extras: () => import('./extras.js'),
    visibility: document,
    storage: storage(),
    page: window,
    network: connection,
    origin: location.origin,
  };
}

/** Asking for it throws where cookies are refused. */
function storage(): Storage | undefined {
  try {
    return localStorage;
  } catch {
    return undefined;
  }
}

/** `crypto.randomUUID` is missing on pages without TLS. A 0 or 1 becomes any digit, the 8 one of variant 10 (RFC 9562 §5.4). */
function randomUuid(): string {
  return '10000000-1000-4000-8000-100000000000'.replace(/[018]/g, (digit) => {
    const [random = 0] = crypto.getRandomValues(new Uint8Array(1));
    return (Number(digit) ^ (random & (15 >> (Number(digit) / 4)))).toString(16);
  });
}
