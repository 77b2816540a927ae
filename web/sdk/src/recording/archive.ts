import type { Http } from '../http.js';
import type { PersonName, RecordingView, WireRecordingProblem, WireRecordingStatus } from '../protocol/messages.gen.js';
import type { components } from '../protocol/rest.gen.js';
import { anything, type Check, listOf, oneOf, orNull, shape, text, whole } from '../protocol/shape.js';
import type { Recording, RecordingAnswer, RecordingDetails, RecordingId } from '../recordings.js';
import type { Rest } from '../rest.js';
import { whyNot } from './refusals.js';

type Schemas = components['schemas'];
type WireDetails = RecordingView & {
  files: Schemas['RecordingFile'][];
  gaps: Schemas['RecordingGap'][];
  combined_problem: string | null;
};

const figure: Check<number> = (value): value is number => Number.isFinite(value);
const recordingFields = {
  recording_id: text,
  call_id: text,
  channel_id: text,
  status: oneOf<WireRecordingStatus>('recording', 'finishing', 'ready', 'failed'),
  progress: figure,
  started_by: text,
  started_at: text,
  stopped_at: orNull(text),
  length_ms: orNull(figure),
  problem: orNull(oneOf<WireRecordingProblem>('nothing_recorded', 'disk_full', 'unexpected')),
  participants: listOf(shape<PersonName>({ person_id: text, display_name: text })),
};
const wireRecording = shape<RecordingView>(recordingFields);
const recordings = shape<Schemas['RecordingList']>({ recordings: listOf(wireRecording) });
const file = shape<Schemas['RecordingFile']>({
  name: text,
  kind: oneOf('combined', 'person', 'screen'),
  person_id: orNull(text),
  content_type: text,
  bytes: whole,
  from_ms: figure,
  length_ms: figure,
});
const gap = shape<Schemas['RecordingGap']>({
  person_id: text,
  track: oneOf('microphone', 'camera', 'screen'),
  at_ms: figure,
  length_ms: figure,
  packets: whole,
  cause: oneOf('network', 'connection', 'node', 'disk'),
});
const details = shape<WireDetails>({
  ...recordingFields,
  files: listOf(file),
  gaps: listOf(gap),
  combined_problem: orNull(text),
});

/** Rejects with a `SightlineError`. */
export async function listRecordings(
  http: Http,
  { limit, beforeMs }: { limit?: number; beforeMs?: number },
): Promise<readonly Recording[]> {
  const query = new URLSearchParams();
  if (limit !== undefined) query.set('limit', String(limit));
  if (beforeMs !== undefined) query.set('before', new Date(beforeMs).toISOString());
  const found = await http.get(`/recordings?${query}`, recordings);
  return found.recordings.map(toRecording);
}

/** Rejects with a `SightlineError`. */
export async function recordingDetails(http: Http, recordingId: RecordingId): Promise<RecordingDetails> {
  const { files, gaps, combined_problem, ...wire } = await http.get(`/recordings/${recordingId}`, details);
  return {
    ...toRecording(wire),
    files: files.map((one) => ({
      name: one.name,
      kind: one.kind,
      personId: one.person_id,
      contentType: one.content_type,
      bytes: one.bytes,
      fromMs: one.from_ms,
      lengthMs: one.length_ms,
    })),
    gaps: gaps.map((one) => ({
      personId: one.person_id,
      track: one.track,
      atMs: one.at_ms,
      lengthMs: one.length_ms,
      packets: one.packets,
      cause: one.cause,
    })),
    combinedProblem: combined_problem,
  };
}

/** A recording as a notification tells of it; `null` when it is none that this version understands. */
export function readRecording(value: unknown): Recording | null {
  return wireRecording(value) ? toRecording(value) : null;
}

/** Starts or stops the recording of a call. */
export async function askToRecord(rest: Rest, callId: string | null, on: boolean): Promise<RecordingAnswer> {
  if (callId === null) return { ok: false, reason: 'not_in_call', detail: '' };
  try {
    await rest.post(`/calls/${callId}/recording${on ? '' : '/stop'}`, anything);
    return { ok: true };
  } catch (error) {
    return whyNot(error);
  }
}

function toRecording(wire: RecordingView): Recording {
  return {
    recordingId: wire.recording_id,
    callId: wire.call_id,
    channelId: wire.channel_id,
    status: wire.status,
    progress: wire.progress,
    startedBy: wire.started_by,
    startedAtMs: Date.parse(wire.started_at),
    stoppedAtMs: wire.stopped_at === null ? null : Date.parse(wire.stopped_at),
    lengthMs: wire.length_ms,
    problem: wire.problem,
    participants: wire.participants.map((one) => ({ personId: one.person_id, displayName: one.display_name })),
  };
}
