import type { Scope } from '../lifetime.js';
import { telemetry as policy } from '../policy.later.js';
import { readSample, type Report as StatsReport } from '../stats/sample.js';
import type { EventDetail, LinkReport, SpanName } from './recorder.js';

/** Takes notes of what happens, with the time on the page's clock. */
export interface Notes {
  now(): number;
  span(name: SpanName, startMs: number, endMs: number, ok: boolean): void;
  event(name: 'offer' | 'answer' | 'candidate' | 'connection_state' | 'ice_state', detail: EventDetail): void;
  /** When the call was answered, for the first picture; `null` before. */
  answeredAt(): number | null;
}

export interface Watched {
  /** Path, codec and first picture, where it is connected; each connection says so once. */
  describe(): Promise<LinkReport | null>;
  /** The call stands again. */
  back(): void;
  /** The end of the call: what was under way did not come to an end. */
  end(): void;
}

const codecs = ['vp8', 'vp9', 'h264', 'h265', 'av1'] as const;
const up: readonly string[] = ['connected', 'completed'];

/**
 * Watches one connection from outside. Until it is connected, nothing is done beyond noting the time: promises are passed on as
 * they are, and nothing is asked of the browser.
 */
export function watch(scope: Scope, connection: RTCPeerConnection, notes: Notes, renews: boolean): Watched {
  let gatheringAt: number | null = null;
  let checkingAt: number | null = null;
  let recoveringAt: number | null = renews ? notes.now() : null;
  /** The other side has said something since. */
  let answered = false;
  let stopLooking = () => {};
  let connected = false;
  let described = false;
  let firstFrameMs: number | null = null;
  const kinds = new Set<string>();

  const closed = () => connection.connectionState === 'closed';
  /** Those of a closed connection cannot be asked any more where its window is gone. */
  const receivers = () => (closed() ? [] : connection.getReceivers());
  const recovered = (ok: boolean) => {
    if (recoveringAt === null) return;
    notes.span('recovery', recoveringAt, notes.now(), ok);
    recoveringAt = null;
    stopLooking();
  };
  const back = () => {
    if (answered && up.includes(connection.iceConnectionState)) recovered(true);
  };

  const setLocal = connection.setLocalDescription.bind(connection);
  connection.setLocalDescription = (description) => {
    const startMs = notes.now();
    const done = setLocal(description);
    done.then(
      () => {
        const type = connection.localDescription?.type;
        if (type !== 'offer' && type !== 'answer') return;
        notes.span(`create_${type}`, startMs, notes.now(), true);
        notes.event(type, 'local');
      },
      () => notes.span('create_offer', startMs, notes.now(), false),
    );
    return done;
  };
  const setRemote = connection.setRemoteDescription.bind(connection);
  connection.setRemoteDescription = (description) => {
    const startMs = notes.now();
    const done = setRemote(description);
    const { type } = description;
    if (type === 'offer' || type === 'answer') notes.event(type, 'remote');
    done.then(
      () => {
        answered = true;
        notes.span('set_remote', startMs, notes.now(), true);
      },
      () => notes.span('set_remote', startMs, notes.now(), false),
    );
    return done;
  };
  const restartIce = connection.restartIce.bind(connection);
  connection.restartIce = () => {
    recovered(false);
    recoveringAt = notes.now();
    awaitMedia();
    restartIce();
  };

  scope.listen(connection, 'icegatheringstatechange', () => {
    if (connection.iceGatheringState === 'gathering') gatheringAt = notes.now();
    else if (connection.iceGatheringState === 'complete' && gatheringAt !== null) {
      notes.span('ice_gathering', gatheringAt, notes.now(), true);
      gatheringAt = null;
    }
  });
  scope.listen<RTCPeerConnectionIceEvent>(connection, 'icecandidate', ({ candidate }) => {
    const kind = candidate?.type;
    // The first of each kind: more say nothing new.
    if (kind === null || kind === undefined || kinds.has(kind)) return;
    kinds.add(kind);
    notes.event('candidate', kind);
  });
  scope.listen(connection, 'iceconnectionstatechange', () => {
    const state = connection.iceConnectionState;
    notes.event('ice_state', state);
    if (state === 'checking') checkingAt ??= notes.now();
    else if (checkingAt !== null && (up.includes(state) || state === 'failed')) {
      notes.span('ice_connected', checkingAt, notes.now(), state !== 'failed');
      checkingAt = null;
    }
    if (up.includes(state)) recovered(true);
    else if (state === 'failed') recovered(false);
  });
  scope.listen(connection, 'connectionstatechange', () => {
    notes.event('connection_state', connection.connectionState);
    if (connection.connectionState !== 'connected') return;
    recovered(true);
    if (connected) return;
    connected = true;
    awaitFirstFrame();
  });

  /** A look at what the browser has noted anyway; no statistics are gathered for it. */
  function awaitFirstFrame(): void {
    const untilMs = notes.now() + policy.firstFrameWaitMs;
    const connectedAt = notes.now();
    const stop = scope.interval(() => {
      const nowMs = notes.now();
      const video = receivers().find(({ track }) => track.kind === 'video');
      const shown = video?.getSynchronizationSources().some(() => true) === true;
      if (shown) {
        const startMs = notes.answeredAt() ?? connectedAt;
        firstFrameMs = nowMs - startMs;
        notes.span('first_frame', startMs, nowMs, true);
      }
      if (shown || closed() || nowMs > untilMs) stop();
    }, policy.firstFrameLookMs);
  }

  /** A path that silence alone gave away was never down to the browser, which has no word for its return: new media has. */
  function awaitMedia(): void {
    const played = () =>
      receivers()
        .flatMap((one) => one.getSynchronizationSources())
        .map(({ source, timestamp }) => `${source} ${timestamp}`);
    const before = new Set(played());
    answered = false;
    stopLooking = scope.interval(() => {
      if (closed()) stopLooking();
      else if (played().some((one) => !before.has(one))) back();
    }, policy.recoveryLookMs);
  }

  return {
    back,
    async describe() {
      if (!connected || described || closed()) return null;
      described = true;
      const reports: StatsReport[] = [];
      (await connection.getStats()).forEach((one: StatsReport) => void reports.push(one));
      const { sample } = readSample(reports, null, 0);
      const codec = sample.videoCodec?.toLowerCase();
      return {
        path: [sample.localCandidateType, sample.remoteCandidateType].includes('relay') ? 'relay' : 'direct',
        codec: codec === undefined ? null : (codecs.find((known) => known === codec) ?? 'other'),
        first_frame_ms: firstFrameMs === null ? null : Math.min(firstFrameMs, policy.maxFirstFrameMs),
      };
    },
    end() {
      if (checkingAt !== null) notes.span('ice_connected', checkingAt, notes.now(), false);
      if (gatheringAt !== null) notes.span('ice_gathering', gatheringAt, notes.now(), true);
      recovered(false);
    },
  };
}
