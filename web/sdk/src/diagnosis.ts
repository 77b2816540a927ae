/** What is measured: seconds of media, reports of calls, tests of the network. Part of the public types. */
import type { CallRecord, PersonId, Quality, SendLevel } from './api.js';

/** A second of media as the browser measured it; `null` where it did not say. */
export interface StatsSample {
  readonly atMs: number;
  readonly roundTripMs: number | null;
  readonly jitterMs: number | null;
  /** Share of packets lost in this second, 0 to 1. */
  readonly lossShare: number | null;
  readonly sendBitrateBps: number | null;
  readonly receiveBitrateBps: number | null;
  readonly framesPerSecond: number | null;
  readonly frameWidth: number | null;
  readonly frameHeight: number | null;
  /** `host`, `srflx`, `prflx` or `relay`: the kind of the local candidate in use. */
  readonly localCandidateType: string | null;
  readonly remoteCandidateType: string | null;
  readonly videoCodec: string | null;
  /** Share of the sound alone that was lost on the way here, and of what is sent, as the other side reports. 0 to 1. */
  readonly soundLossShare: number | null;
  readonly sentLossShare: number | null;
  /** How long sound waits here to be played evenly. */
  readonly jitterBufferMs: number | null;
  /** Of the camera's picture; `null` while none is expected, or none has come yet. 0 to 1. */
  readonly frozenShare: number | null;
  readonly pictureBitrateBps: number | null;
  readonly sentFrameHeight: number | null;
  readonly sentFramesPerSecond: number | null;
  readonly sendLevel: SendLevel | null;
  /** `udp`, `tcp` or `tls`, on the way to the TURN server, where this device uses one. */
  readonly relayProtocol: string | null;
  /** `wifi`, `ethernet`, `cellular`, `vpn` or `unknown`, where the browser says. */
  readonly networkType: string | null;
}

/** What an event of a report is about; docs/protocol.md says which values each has. */
export type ReportEventKind =
  | 'state'
  | 'end'
  | 'signalling'
  | 'link'
  | 'restart'
  | 'path'
  | 'network'
  | 'codec'
  | 'level'
  | 'microphone'
  | 'camera'
  | 'screen'
  | 'hold'
  | 'device'
  | 'problem'
  | 'warning';

export interface ReportEvent {
  readonly atMs: number;
  readonly kind: ReportEventKind;
  readonly value: string;
  /** To whom the link was that it is about; `null` for what is about the device itself. */
  readonly personId: PersonId | null;
}

/** Five seconds of one link, as the device at this end measured them: means, `null` where the browser did not say. */
export interface ReportSample {
  /** Of their end. */
  readonly atMs: number;
  readonly personId: PersonId;
  /** 0 to 100, docs/quality.md; `quality` is its step. */
  readonly score: number | null;
  readonly quality: Quality | null;
  readonly sound: number | null;
  readonly picture: number | null;
  readonly receivedLossShare: number | null;
  readonly sentLossShare: number | null;
  readonly roundTripMs: number | null;
  readonly jitterMs: number | null;
  readonly receiveBitrateBps: number | null;
  readonly sendBitrateBps: number | null;
  readonly framesPerSecond: number | null;
  readonly frameHeight: number | null;
  /** How long the picture stood still in all. */
  readonly frozenMs: number | null;
  readonly sentFramesPerSecond: number | null;
  readonly sentFrameHeight: number | null;
  /** How long sound was held back for late packets. */
  readonly jitterBufferMs: number | null;
}

/** What takes points from a score, docs/quality.md. */
export type Impairment = 'delay' | 'jitter' | 'loss' | 'bitrate' | 'freezes' | 'frame_rate' | 'resolution';

/** What one device has measured in a call, in the order of time. Times are epoch milliseconds by the server's clock. */
export interface DeviceReport {
  readonly personId: PersonId;
  readonly source: string;
  /** Of the mean score; `null` where nothing was measured. */
  readonly quality: Quality | null;
  /** How many points of the mean score each took, as far as can be told from `samples`. */
  readonly impairments: Readonly<Record<Impairment, number>>;
  readonly events: readonly ReportEvent[];
  readonly samples: readonly ReportSample[];
}

/** A call with what was measured in it. */
export interface CallReport {
  readonly call: CallRecord;
  readonly devices: readonly DeviceReport[];
}

/** Why a STUN or TURN server is of no use from here; the number is its own error code, RFC 8489 and 8656. */
export type IceTrouble =
  | 'unreachable'
  | 'credentials'
  | 'forbidden'
  | 'mismatch'
  | 'full'
  | 'unsupported'
  | 'no_media'
  | 'refused'
  | 'other';

/** What one configured server can do for this device over one transport. */
export interface IceServerResult {
  readonly url: string;
  readonly kind: 'stun' | 'turn';
  readonly transport: 'udp' | 'tcp' | 'tls';
  readonly state: 'testing' | 'works' | 'fails';
  readonly trouble: IceTrouble | null;
  /** What the server or the browser said: 401, 437, 701 and so on. */
  readonly errorCode: number | null;
  /** Until its first candidate. */
  readonly gatheredMs: number | null;
  /** Of a message to the server and back, through the relay. */
  readonly roundTripMs: number | null;
  /** Of messages that cross the line to or from the server once. */
  readonly lossShare: number | null;
  /** What got through in a short burst: the line can carry this much or more. */
  readonly throughputBps: number | null;
}

/**
 * What calls can expect of the network here: `open`, direct ways and relays; `strict_nat`, mostly by relays; `tcp_only` and
 * `tls_only`, by relays over what is let out; `no_relay`, not with everybody; `blocked`, within this network at most.
 */
export type IceVerdict =
  | 'testing'
  | 'open'
  | 'strict_nat'
  | 'tcp_only'
  | 'tls_only'
  | 'no_relay'
  | 'blocked'
  | 'no_servers';

/** A test of the STUN and TURN servers from this device, as far as it has come; immutable. */
export interface IceTest {
  readonly verdict: IceVerdict;
  readonly servers: readonly IceServerResult[];
  /**
   * Whether the router uses one port for all destinations, or that of one interface where there are several; `none` where
   * there is no NAT, `unknown` where it cannot be told.
   */
  readonly nat: 'none' | 'one_port' | 'port_each' | 'unknown';
  /** Whether the device was seen to reach servers by it. */
  readonly ipv4: boolean;
  readonly ipv6: boolean;
  /** The browser hides addresses of the local network behind mDNS names, as it does before capture is allowed. */
  readonly hidesAddresses: boolean;
  /** When the TURN credentials end; `null` where there are none. */
  readonly credentialsEndAtMs: number | null;
}
