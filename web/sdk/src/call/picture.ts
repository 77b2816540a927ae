import type { CallSnapshot } from '../api.js';
import type { CallView } from '../protocol/messages.js';
import { worst } from '../quality/worst.js';
import type { Exchange } from './exchange.js';
import type { CallMachine } from './machine.js';

type Facts = Pick<CallSnapshot, 'callId' | 'callType' | 'direction' | 'others' | 'chat'>;

/** What an application is shown of a call, as it is now. */
export function pictureOf(
  call: Facts,
  machine: CallMachine,
  exchange: Exchange,
  recorded: CallView['recording'] | undefined,
): CallSnapshot {
  const { links, media, localStream, signallingUp, handRaised } = exchange;
  const over = machine.endReason !== null;
  const remotes = over ? [] : links.remotes;
  return {
    ...call,
    ...machine,
    remotes,
    activeSpeaker: over ? null : links.activeSpeaker,
    localStream,
    microphoneOn: media.microphoneOn,
    cameraOn: media.cameraOn,
    cameraFacing: media.cameraFacing,
    handRaised,
    onHold: media.onHold,
    screenStream: over ? null : media.screenStream,
    captureProblems: media.problems,
    warnings: over ? [] : exchange.warnings,
    recording:
      over || !recorded
        ? null
        : {
            recordingId: recorded.recording_id,
            startedBy: recorded.started_by,
            startedAtMs: Date.parse(recorded.started_at),
            leg: exchange.recordingLeg,
          },
    quality: worst(remotes.map((remote) => remote.quality)),
    stats: over ? null : links.sample,
    signallingUp,
    relayReached: links.relayReached,
  };
}
