/** The public face of recordings: what is said of one while its call runs, and what is left of it later. */

import type { CallId, ChannelId, PersonId, Unsubscribe } from './api.js';

export type RecordingId = string;

/**
 * What becomes of this device's part in a recording. `connecting`: on its way for the first time. `sending`: it is
 * recorded. `interrupted`: not at the moment, and tried again. `refused`: the server cannot take it, and it is not tried
 * again.
 */
export type RecordingLeg = 'connecting' | 'sending' | 'interrupted' | 'refused';

/** A call that is being recorded. */
export interface CallRecording {
  readonly recordingId: RecordingId;
  readonly startedBy: PersonId;
  /** Epoch milliseconds, by the server's clock. */
  readonly startedAtMs: number;
  readonly leg: RecordingLeg;
}

/**
 * Whether a recording was started or stopped. `not_in_call`: only who takes part may. `unavailable`: the server cannot
 * record now. `detail` says why in the server's words; it may be empty.
 */
export type RecordingAnswer =
  | { readonly ok: true }
  | {
      readonly ok: false;
      readonly reason: 'not_in_call' | 'unavailable' | 'unreachable' | 'failed';
      readonly detail: string;
    };

/** `finishing`: over, and its files are being made. */
export type RecordingStatus = 'recording' | 'finishing' | 'ready' | 'failed';

export type RecordingProblem = 'nothing_recorded' | 'disk_full' | 'unexpected';

/** Times are epoch milliseconds. */
export interface Recording {
  readonly recordingId: RecordingId;
  readonly callId: CallId;
  readonly channelId: ChannelId;
  readonly status: RecordingStatus;
  /** How much of the files is made, 0 to 1. */
  readonly progress: number;
  readonly startedBy: PersonId;
  readonly startedAtMs: number;
  readonly stoppedAtMs: number | null;
  readonly lengthMs: number | null;
  /** Why it failed. */
  readonly problem: RecordingProblem | null;
  readonly participants: readonly { readonly personId: PersonId; readonly displayName: string }[];
}

export interface RecordingFile {
  /** Unique within the recording. */
  readonly name: string;
  /** `combined`: everybody in one picture. `person`: one microphone and camera. `screen`: what one person shared. */
  readonly kind: 'combined' | 'person' | 'screen';
  readonly personId: PersonId | null;
  /** `video/mp4`, `video/webm` or `audio/mp4`. */
  readonly contentType: string;
  readonly bytes: number;
  /** Where its beginning stands in the recording. */
  readonly fromMs: number;
  readonly lengthMs: number;
}

/** A part of somebody's track that is missing, in the recording's time. */
export interface RecordingGap {
  readonly personId: PersonId;
  readonly track: 'microphone' | 'camera' | 'screen';
  readonly atMs: number;
  readonly lengthMs: number;
  readonly packets: number;
  readonly cause: 'network' | 'connection' | 'node' | 'disk';
}

export interface RecordingDetails extends Recording {
  readonly files: readonly RecordingFile[];
  readonly gaps: readonly RecordingGap[];
  /** Why there is no combined file, in the server's words. */
  readonly combinedProblem: string | null;
}

/** The recordings of calls in which the person took part. Requests reject with a `SightlineError`. */
export interface Recordings {
  /** Newest first. `beforeMs`: those that were started earlier. */
  list(options?: { limit?: number; beforeMs?: number }): Promise<readonly Recording[]>;
  details(recordingId: RecordingId): Promise<RecordingDetails>;
  /** Where a file can be played, with ranges, or downloaded. For pages of the server's own origin, by their cookie. */
  fileUrl(recordingId: RecordingId, name: string, options?: { download?: boolean }): string;
  /** Told when the status or the progress of one changes; needs `connect()`. */
  subscribe(listener: (recording: Recording) => void): Unsubscribe;
}
