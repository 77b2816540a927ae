/**
 * The public face of the SDK: what an application sees and holds. The web app is written against this file alone.
 */

export type PersonId = string;
export type CallId = string;
export type ChannelId = string;
/** One device of one person in one call: `person_id/device_id`. */
export type PeerName = string;

export type CallType = 'audio' | 'video';
export type Presence = 'online' | 'in_call' | 'offline';
export type Outcome =
  | 'ended'
  | 'cancelled'
  | 'declined'
  | 'missed'
  | 'busy'
  | 'answered_elsewhere'
  | 'failed_setup'
  | 'connection_lost'
  | 'left';

export interface Person {
  readonly personId: PersonId;
  readonly displayName: string;
  readonly presence: Presence;
}

export interface Me {
  readonly personId: PersonId;
  readonly displayName: string;
  readonly email: string;
}

/** A call of the past or present, as the server stores it. Times are epoch milliseconds. */
export interface CallRecord {
  readonly callId: CallId;
  readonly callType: CallType;
  readonly channelId: ChannelId;
  readonly callerId: PersonId;
  readonly participants: readonly { readonly personId: PersonId; readonly displayName: string }[];
  readonly createdAtMs: number;
  readonly connectedAtMs: number | null;
  readonly endedAtMs: number | null;
  readonly outcome: Outcome | null;
}

/** Every call on this device is in exactly one of these. `IDLE` is the state before and after. */
export type CallState =
  | 'IDLE'
  | 'INITIATING'
  | 'RINGING'
  | 'INCOMING'
  | 'CONNECTING'
  | 'CONNECTED'
  | 'RECONNECTING'
  | 'ENDING'
  | 'ENDED';

/** Why a call on this device is over. The first nine are the server's outcomes; the rest happen before the server knows. */
export type EndReason =
  | Outcome
  | 'capture_not_allowed'
  | 'capture_not_found'
  | 'capture_in_use'
  | 'capture_failed'
  | 'server_unreachable'
  | 'signed_out'
  | 'refused';

export interface StateChange {
  readonly atMs: number;
  readonly from: CallState;
  readonly to: CallState;
  readonly cause: string;
}

export type Quality = 'excellent' | 'good' | 'poor' | 'critical';

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
}

/** The other side of one peer link. */
export interface RemotePeer {
  readonly peer: PeerName;
  readonly personId: PersonId;
  readonly displayName: string;
  /** The same object for the life of the link: tracks come and go inside it. */
  readonly stream: MediaStream;
  readonly microphoneOn: boolean;
  readonly cameraOn: boolean;
  readonly handRaised: boolean;
  readonly connected: boolean;
  readonly quality: Quality | null;
}

/** An immutable picture of a call; a new object after every change, so that it can be compared by reference. */
export interface CallSnapshot {
  /** `null` until the server has made the call. */
  readonly callId: CallId | null;
  readonly callType: CallType;
  readonly direction: 'outgoing' | 'incoming';
  readonly state: CallState;
  /** Who else takes part; known from the first moment. */
  readonly others: readonly { readonly personId: PersonId; readonly displayName: string }[];
  readonly remotes: readonly RemotePeer[];
  readonly localStream: MediaStream | null;
  /** What the person wants; a reconnect never changes it. */
  readonly microphoneOn: boolean;
  readonly cameraOn: boolean;
  readonly handRaised: boolean;
  /** Set where the call goes on with less than was asked for, for example without a camera. */
  readonly captureHint: 'camera_not_found' | 'camera_in_use' | 'camera_not_allowed' | 'microphone_not_found' | null;
  /** The worst of the links. */
  readonly quality: Quality | null;
  readonly stats: StatsSample | null;
  /** Whether the signalling socket is up. */
  readonly signallingUp: boolean;
  readonly connectedAtMs: number | null;
  readonly endedAtMs: number | null;
  readonly endReason: EndReason | null;
  readonly endedBySelf: boolean;
  /** The changes so far, oldest first, at most 200. */
  readonly history: readonly StateChange[];
}

export type Unsubscribe = () => void;

export interface Call {
  readonly snapshot: CallSnapshot;
  /** Told after every change of `snapshot`. */
  subscribe(listener: () => void): Unsubscribe;
  /** Told of every change of state, once each, in order. */
  onState(listener: (change: StateChange) => void): Unsubscribe;
  /** INCOMING only. `video: false` answers a video call with the camera off. */
  answer(options?: { video?: boolean }): void;
  /** INCOMING only. */
  decline(): void;
  /** Ends the call from any state: cancels while it rings, hangs up later. */
  hangUp(): void;
  setMicrophone(on: boolean): void;
  /** Captures the camera when it is turned on for the first time in an audio call. */
  setCamera(on: boolean): void;
  setHand(raised: boolean): void;
  /** RECONNECTING only: try again now instead of waiting for the next attempt. */
  retryNow(): void;
  /** Stops every track, closes every connection, socket, timer and listener. Safe to call twice. */
  dispose(): void;
}

export type ServiceState = 'offline' | 'connecting' | 'online' | 'signed_out' | 'too_many_devices';

/** A request that the server answered with an error, or that did not reach it. */
export class SightlineError extends Error {
  constructor(
    /** The `code` of the server's problem document, or `unreachable`. */
    readonly code: string,
    message: string,
    /** Field → what is wrong with it, where fields are at fault. */
    readonly fields: Readonly<Record<string, readonly string[]>> = {},
    /** Where the server said when to try again. */
    readonly retryAfterSeconds: number | null = null,
  ) {
    super(message);
    this.name = 'SightlineError';
  }
}

export interface SightlineOptions {
  /** Where the server is, for example `https://calls.example.org`. Default: the page's own origin, with its cookie. */
  url?: string;
  /** For pages of another origin: yields a bearer token; sockets are then opened with one-time tickets. */
  accessToken?: () => Promise<string>;
}

export interface Sightline {
  readonly account: {
    /** `null` when nobody is signed in. */
    me(): Promise<Me | null>;
    signUp(fields: { email: string; password: string; displayName: string }): Promise<Me>;
    signIn(fields: { email: string; password: string }): Promise<Me>;
    signOut(): Promise<void>;
    /** One-click links of the demo people; empty outside Development. */
    demoLinks(): Promise<readonly { readonly displayName: string; readonly url: string }[]>;
  };
  people(options?: { query?: string }): Promise<readonly Person[]>;
  calls(options?: { limit?: number }): Promise<readonly CallRecord[]>;

  /** Opens the notification socket and keeps it open; needs a signed-in person. */
  connect(): void;
  disconnect(): void;
  readonly service: ServiceState;
  onService(listener: (state: ServiceState) => void): Unsubscribe;
  onPresence(listener: (personId: PersonId, presence: Presence) => void): Unsubscribe;
  /** A call rings here. The `Call` is in state INCOMING; nothing is captured before `answer()`. */
  onIncoming(listener: (call: Call) => void): Unsubscribe;

  /** Rings a person. Returns at once with a `Call` in state INITIATING. */
  call(person: { personId: PersonId; displayName: string }, options?: { type?: CallType }): Call;
  dispose(): void;
}
