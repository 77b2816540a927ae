/**
 * The public face of the SDK: what an application sees and holds. The web app is written against this file, `diagnosis.ts` and
 * `recordings.ts` alone.
 */

import type { CallReport, IceTest, StatsSample } from './diagnosis.js';
import type { CallRecording, RecordingAnswer, Recordings } from './recordings.js';

export type * from './diagnosis.js';
export type * from './recordings.js';

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
  /** Whether the person sees the calls and reports of everybody. */
  readonly isOperator: boolean;
}

/** What one person has to do with a call. `lost` is gone by the network's doing, `left` by their own. */
export type Standing = 'ringing' | 'joined' | 'declined' | 'busy' | 'missed' | 'left' | 'lost';

export interface Participant {
  readonly personId: PersonId;
  readonly displayName: string;
  readonly standing: Standing;
}

/** A call of the past or present, as the server stores it. Times are epoch milliseconds. */
export interface CallRecord {
  readonly callId: CallId;
  readonly callType: CallType;
  readonly channelId: ChannelId;
  readonly callerId: PersonId;
  readonly participants: readonly Participant[];
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

/** Why a call on this device is over. The server's outcomes first; the rest happen before the server knows. */
export type EndReason = Outcome | 'server_unreachable' | 'signed_out' | 'refused';

export interface StateChange {
  readonly atMs: number;
  readonly from: CallState;
  readonly to: CallState;
  readonly cause: string;
}

export type DeviceKind = 'microphone' | 'camera' | 'speaker';
/** Where a camera looks: at the person or away, which is not shown as in a mirror; `null` where the browser does not say. */
export type Facing = 'user' | 'environment' | null;

export interface Device {
  readonly deviceId: string;
  readonly kind: DeviceKind;
  /** Empty until the person has allowed capture once. */
  readonly label: string;
}

/** Why a microphone or camera cannot be had. The call goes on without it. */
export interface CaptureProblem {
  readonly device: 'microphone' | 'camera';
  readonly reason: 'not_allowed' | 'not_found' | 'in_use' | 'insecure_page' | 'failed';
}

/** Something about this device that the person should know, while it lasts. */
export type Warning = 'speaking_while_muted' | 'microphone_silent' | 'camera_frozen' | 'not_recorded';

/** A microphone or camera in use has changed, by no wish of the person. */
export interface DeviceChange {
  readonly kind: 'microphone' | 'camera';
  /** What went away, and what is in use now, as the browser names them; empty where it does not. The same: it is back. */
  readonly lost: string;
  readonly used: string;
}

/** The devices of this computer, and which ones the person wants; remembered in this browser. */
export interface DevicesSnapshot {
  readonly microphones: readonly Device[];
  readonly cameras: readonly Device[];
  readonly speakers: readonly Device[];
  /** The device that is wanted, also while it is unplugged; `null` for the system's choice. */
  readonly chosen: { readonly [K in DeviceKind]: string | null };
  /** A device that has just been plugged in and is not in use: worth offering, until chosen or dismissed. */
  readonly offered: Device | null;
  /** The last change; another object each time. */
  readonly change: DeviceChange | null;
  /** Whether this browser can play calls on a chosen speaker. */
  readonly canChooseSpeaker: boolean;
  /** Whether there are a front and a back camera to switch between. */
  readonly canSwitchCamera: boolean;
}

export interface Devices {
  readonly snapshot: DevicesSnapshot;
  subscribe(listener: () => void): Unsubscribe;
  /** Used from now on, also in calls that are under way. */
  choose(kind: DeviceKind, deviceId: string | null): void;
  /** From the front camera to the back one, or the other way, by `facingMode`. */
  switchCamera(): void;
  dismissOffer(): void;
  /** Captures for a look in the mirror, apart from any call. */
  preview(options: { microphone: boolean; camera: boolean }): Preview;
}

/** A look in the mirror before a call; follows the chosen devices. */
export interface Preview {
  readonly snapshot: {
    readonly stream: MediaStream;
    readonly pending: boolean;
    readonly microphoneOn: boolean;
    readonly cameraOn: boolean;
    readonly cameraFacing: Facing;
    readonly problems: readonly CaptureProblem[];
  };
  subscribe(listener: () => void): Unsubscribe;
  /** How loud the microphone is, 0 to 1, about 20 times a second. */
  onLevel(listener: (level: number) => void): Unsubscribe;
  setMicrophone(on: boolean): void;
  setCamera(on: boolean): void;
  /** Asks again for what could not be had. */
  retry(): void;
  /** Stops every track. */
  dispose(): void;
}

/** Makes another track out of a captured one: noise suppression, blur. Disposed when it is taken away or the track ends. */
export interface TrackProcessor {
  /** Rejects when it cannot be had; the captured track is then sent as it is. */
  process(track: MediaStreamTrack): Promise<{ readonly track: MediaStreamTrack; dispose(): void }>;
}

export type Sharing =
  | { readonly ok: true }
  | { readonly ok: false; readonly reason: 'refused' | 'unsupported' | 'failed' };

export interface ChatMessage {
  /** Unique within the call. */
  readonly id: string;
  /** `null` for one's own. */
  readonly from: { readonly personId: PersonId; readonly displayName: string } | null;
  readonly text: string;
  readonly atMs: number;
}

export const reactions = ['👍', '❤️', '😂', '😮', '👏', '🎉'] as const;
export type Reaction = (typeof reactions)[number];

export type Quality = 'excellent' | 'good' | 'poor' | 'critical';

/** What is sent of a picture, as adaptation has it: within the rule for the number of people, down to none. */
export type SendLevel = Quality | 'paused';

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
  /** They have put this call on hold. */
  readonly onHold: boolean;
  /** What they share of their screen; the same object while they do. */
  readonly screenStream: MediaStream | null;
  /** Speaks now, by the sound that arrives. */
  readonly speaking: boolean;
  /** Set where their pictures cannot be shown here, or ours there: no video codec that both have. Sound goes on. */
  readonly videoProblem: 'no_common_codec' | null;
  readonly connected: boolean;
  readonly quality: Quality | null;
  /** The last second of this link. */
  readonly stats: StatsSample | null;
  /** How often its connection was begun anew or restarted, once it was to come up. */
  readonly restarts: number;
}

/** An immutable picture of a call; a new object after every change, so that it can be compared by reference. */
export interface CallSnapshot {
  /** `null` until the server has made the call. */
  readonly callId: CallId | null;
  readonly callType: CallType;
  readonly direction: 'outgoing' | 'incoming';
  readonly state: CallState;
  /** Everybody else, whether they ring, take part or have gone; known from the first moment. */
  readonly others: readonly Participant[];
  /** Those who take part. */
  readonly remotes: readonly RemotePeer[];
  /** Who speaks, or spoke last, of `remotes`. */
  readonly activeSpeaker: PeerName | null;
  readonly localStream: MediaStream | null;
  /** What the person wants; a reconnect never changes it. */
  readonly microphoneOn: boolean;
  readonly cameraOn: boolean;
  readonly cameraFacing: Facing;
  readonly handRaised: boolean;
  /** This person has put the call on hold: nothing is sent and nothing is played, and intents stay as they are. */
  readonly onHold: boolean;
  /** What this person shares of the screen. */
  readonly screenStream: MediaStream | null;
  /** Devices that were wanted and cannot be had. */
  readonly captureProblems: readonly CaptureProblem[];
  readonly warnings: readonly Warning[];
  /** While the call is recorded: everybody in it must be able to see that. */
  readonly recording: CallRecording | null;
  /** Own and others', oldest first, at most 200. */
  readonly chat: readonly ChatMessage[];
  /** The worst of the links. */
  readonly quality: Quality | null;
  readonly stats: StatsSample | null;
  /** Whether the signalling socket is up. */
  readonly signallingUp: boolean;
  /**
   * While media is missing, and once it has not come: whether a TURN server has answered this device meanwhile. If not,
   * the network here keeps calls out; if so, the trouble is on the other side.
   */
  readonly relayReached: boolean;
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
  /** Told of each reaction, own ones included (`from` is `null`). */
  onReaction(listener: (reaction: Reaction, from: RemotePeer | null) => void): Unsubscribe;
  /** INCOMING only. `video: false` answers a video call with the camera off. */
  answer(options?: { video?: boolean; microphone?: boolean }): void;
  /** INCOMING only. */
  decline(): void;
  /** Ends the call from any state: cancels while it rings, hangs up later. */
  hangUp(): void;
  setMicrophone(on: boolean): void;
  /** Captures the camera when it is turned on for the first time in an audio call. */
  setCamera(on: boolean): void;
  setHand(raised: boolean): void;
  /** Nothing is sent or played meanwhile; the other side is told. */
  setHold(onHold: boolean): void;
  /** Asks again for microphone or camera that could not be had. */
  retryCapture(): void;
  /** Asks for a screen. `text` keeps letters sharp, `motion` keeps films smooth. The camera goes on as it is. */
  shareScreen(options?: { content?: 'text' | 'motion' }): Promise<Sharing>;
  stopSharing(): void;
  /** `null` takes it away. `false`: it could not be had, and what was sent before still is. */
  setProcessor(kind: 'audio' | 'video', processor: TrackProcessor | null): Promise<boolean>;
  /** Everybody's microphone, camera and screen are kept at the server from now on, and everybody is told. */
  startRecording(): Promise<RecordingAnswer>;
  /** For everybody; also when somebody else has started it. */
  stopRecording(): Promise<RecordingAnswer>;
  /** Rings more people. Rejects with a `SightlineError`. */
  invite(people: readonly PersonId[]): Promise<void>;
  /** At most 1000 characters; `false` when it is too long, empty, or nobody is there to read it. */
  sendChat(text: string): boolean;
  react(reaction: Reaction): void;
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
  /** Video codecs by preference, for example `['H264', 'VP8']`. Default: the server's, then the browser's. */
  videoCodecs?: readonly string[];
}

/** What the server's owner has set for all clients. */
export interface Settings {
  readonly videoCodecs: readonly string[];
  /** Where the model for background blur is; `null` when there is none. */
  readonly blurModelUrl: string | null;
  /** The key that browsers want before they subscribe to web push: base64url of 65 bytes. */
  readonly pushPublicKey: string;
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
  /** The person's calls, or for an operator those of `everybody`; the newest first, 50 or up to 200. */
  calls(options?: { limit?: number; everybody?: boolean }): Promise<readonly CallRecord[]>;
  /** What the devices in one of the person's calls, or for an operator in any, have measured. */
  callReport(callId: CallId): Promise<CallReport>;
  /**
   * Tests each STUN and TURN server over each transport, and tells how far it has come. Takes up to half a minute; not to
   * be done during a call. Rejects with a `SightlineError` where the servers cannot be had.
   */
  testIce(progress?: (test: IceTest) => void): Promise<IceTest>;
  readonly recordings: Recordings;
  /** Missed calls that the person has not looked at. */
  readonly missedCalls: number;
  onMissedCalls(listener: (count: number) => void): Unsubscribe;
  /** The person has looked at the list of calls. */
  markCallsSeen(): Promise<void>;
  settings(): Promise<Settings>;
  readonly push: {
    subscribe(subscription: { endpoint: string; p256dh: string; auth: string }): Promise<void>;
    unsubscribe(endpoint: string): Promise<void>;
  };
  readonly devices: Devices;
  /** Whether pictures pause while the page is hidden; sound goes on. Remembered in this browser, off at first. */
  pauseVideoWhenHidden: boolean;

  /** Opens the notification socket and keeps it open; needs a signed-in person. */
  connect(): void;
  disconnect(): void;
  readonly service: ServiceState;
  onService(listener: (state: ServiceState) => void): Unsubscribe;
  onPresence(listener: (personId: PersonId, presence: Presence) => void): Unsubscribe;
  /** A call rings here. The `Call` is in state INCOMING; nothing is captured before `answer()`. */
  onIncoming(listener: (call: Call) => void): Unsubscribe;

  /** Rings one person or up to three. Returns at once with a `Call` in state INITIATING. */
  call(
    who: { personId: PersonId; displayName: string } | readonly { personId: PersonId; displayName: string }[],
    options?: { type?: CallType; camera?: boolean; microphone?: boolean },
  ): Call;
  /** Back into a call that still runs and that one has left, missed or declined. */
  rejoin(record: CallRecord): Call;
  dispose(): void;
}
