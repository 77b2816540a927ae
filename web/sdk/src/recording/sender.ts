import type { SendLevel } from '../api.js';
import type { IceServers } from '../ice-servers.js';
import type { Scope } from '../lifetime.js';
import type { Kind, LocalMedia } from '../media/local.js';
import { recordingLeg as policy } from '../policy.later.js';
import { shape, text } from '../protocol/shape.js';
import type { RecordingId, RecordingLeg } from '../recordings.js';
import type { Rest } from '../rest.js';
import type { Runtime } from '../runtime.js';
import { type LegInput, legState, noLeg, stepLeg } from './leg.js';
import { whyUnanswered } from './refusals.js';
import { type Traffic, trafficOf } from './traffic.js';

/** The call that is recorded, as far as its leg has to know it. */
export interface RecordedCall {
  readonly deviceId: string;
  readonly media: Pick<LocalMedia, 'stream' | 'track'>;
  /** The best at which anybody is sent pictures, once that is known. */
  readonly level: () => SendLevel | null;
}

type Around = { readonly runtime: Runtime; readonly rest: Rest; readonly iceServers: IceServers };

/** The node knows what is what by the order of sections, so each is there from the start, also where nothing is sent yet. */
const kinds = ['audio', 'video', 'screen'] as const;
const legAnswer = shape<{ answer: string }>({ answer: text });

/** Sends what this device captures to the recording of its call, over a connection of its own. */
export class RecordingSender {
  readonly #scope: Scope;
  readonly #around: Around;
  readonly #call: RecordedCall;
  readonly #changed: () => void;
  readonly #setAlarm: (atMs: number | null) => void;
  readonly #senders = new Map<Kind, RTCRtpSender>();
  #leg = noLeg;
  #connection: Scope | null = null;
  #pictureBps = 0;

  constructor(scope: Scope, around: Around, call: RecordedCall, changed: () => void) {
    this.#scope = scope;
    this.#around = around;
    this.#call = call;
    this.#changed = changed;
    this.#setAlarm = scope.alarm(() => this.#input({ type: 'tick' }));
    const { page, network } = around.runtime;
    scope.listen(page, 'online', () => {
      this.back();
      this.doubt();
    });
    if (network !== undefined) scope.listen(network, 'change', () => this.doubt());
  }

  get state(): RecordingLeg {
    return legState(this.#leg);
  }

  /** Which recording there is, by the server's last word; `null` ends it. */
  follow(recordingId: RecordingId | null): void {
    this.#input({ type: 'recorded', recordingId });
  }

  /** The server is there again. */
  back(): void {
    this.#input({ type: 'back' });
  }

  /** The server may be away, and its node with it. */
  doubt(): void {
    this.#input({ type: 'doubt' });
  }

  setTrack(kind: Kind, track: MediaStreamTrack | null): void {
    this.#senders
      .get(kind)
      ?.replaceTrack(track)
      .catch(() => {});
  }

  #input(input: LegInput): void {
    if (this.#scope.disposed) return;
    const { runtime } = this.#around;
    const before = this.state;
    const [leg, effects] = stepLeg(this.#leg, input, runtime.now(), runtime.random());
    this.#leg = leg;
    this.#setAlarm(leg.wakeAtMs);
    for (const effect of effects) {
      this.#connection?.dispose();
      this.#connection = null;
      this.#senders.clear();
      if (effect === 'open') void this.#open(leg.recordingId ?? '');
    }
    if (this.state !== before) this.#changed();
  }

  async #open(recordingId: RecordingId): Promise<void> {
    const { rest, iceServers } = this.#around;
    const scope = this.#scope.child();
    this.#connection = scope;
    try {
      const connection = scope.peerConnection({ iceServers: [...iceServers.current], bundlePolicy: 'max-bundle' });
      scope.listen(connection, 'connectionstatechange', () => this.#transport(scope, connection));
      this.#pictureBps = this.#allowedBps;
      for (const kind of kinds) this.#senders.set(kind, this.#add(connection, kind));
      await connection.setLocalDescription();
      // The node waits to be called: it needs none of this side's addresses, so nothing waits for them to be gathered.
      const body = { device_id: this.#call.deviceId, offer: withSoundAgain(connection.localDescription?.sdp ?? '') };
      const { answer } = await rest.post(`/recordings/${recordingId}/leg`, legAnswer, { body });
      if (!scope.disposed) await connection.setRemoteDescription({ type: 'answer', sdp: answer });
    } catch (error) {
      if (!scope.disposed) this.#input({ type: 'unanswered', ...whyUnanswered(error) });
    }
  }

  #add(connection: RTCPeerConnection, kind: Kind): RTCRtpSender {
    const { media } = this.#call;
    const maxBitrate = kind === 'audio' ? policy.soundBps : this.#pictureBps;
    return connection.addTransceiver(media.track(kind) ?? (kind === 'audio' ? 'audio' : 'video'), {
      direction: 'sendonly',
      streams: kind === 'screen' ? [] : [media.stream],
      sendEncodings: [{ maxBitrate }],
    }).sender;
  }

  #transport(scope: Scope, connection: RTCPeerConnection): void {
    const state = connection.connectionState;
    if (state === 'disconnected' || state === 'failed') this.#input({ type: 'lost' });
    if (state !== 'connected' || this.#leg.phase !== 'opening') return;
    this.#input({ type: 'connected' });
    let before: Traffic | null = null;
    scope.interval(async () => {
      this.#yield();
      const reports = await connection.getStats().catch(() => null);
      if (scope.disposed || reports === null) return;
      const [last, now] = [before, trafficOf(reports.values())];
      before = now;
      // One moment alone says nothing of what flows.
      if (last !== null) this.#input({ type: 'look', sent: now.sent > last.sent, heard: now.heard > last.heard });
    }, policy.lookIntervalMs);
  }

  get #allowedBps(): number {
    return policy.pictureBps[this.#call.level() ?? 'good'];
  }

  /** The call goes first: where it has to do with less, the recording takes less as well. */
  #yield(): void {
    const allowedBps = this.#allowedBps;
    if (allowedBps === this.#pictureBps) return;
    this.#pictureBps = allowedBps;
    for (const kind of ['video', 'screen'] as const) {
      const sender = this.#senders.get(kind);
      const parameters = sender?.getParameters();
      for (const encoding of parameters?.encodings ?? []) encoding.maxBitrate = allowedBps;
      if (parameters !== undefined) sender?.setParameters(parameters).catch(() => {});
    }
  }
}

/**
 * Lets the node ask for lost sound again (RFC 4585 section 6.2.1). Browsers do so when the answer says it, but never offer it:
 * in a conversation it would come too late, in a recording it does not.
 */
function withSoundAgain(offer: string): string {
  return offer.replace(/^(a=rtpmap:(\d+) opus\/.*)$/m, '$1\r\na=rtcp-fb:$2 nack');
}
