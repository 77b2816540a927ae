import type { RecordingDetails, RecordingFile, RecordingGap } from '@sightline/sdk';
import { grace } from '../testing/fakeSightline';

const ada = { personId: 'ada', displayName: 'Ada Lovelace' };
const alan = { personId: 'alan', displayName: 'Alan Turing' };
const minuteMs = 60_000;

const file = (name: string, kind: RecordingFile['kind'], personId: string | null, fromMs = 0): RecordingFile => ({
  name,
  kind,
  personId,
  contentType: 'video/mp4',
  bytes: kind === 'combined' ? 184_600_000 : 61_250_000,
  fromMs,
  lengthMs: 23 * minuteMs - fromMs,
});

const gap = (
  personId: string,
  track: RecordingGap['track'],
  atMs: number,
  lengthMs: number,
  cause: RecordingGap['cause'],
): RecordingGap => ({ personId, track, atMs, lengthMs, packets: 40, cause });

/** A recording that can be watched, of the call with Katherine in the list of recent calls if nothing else is said. */
export function recordingOf(change: Partial<RecordingDetails> = {}): RecordingDetails {
  const startedAtMs = Date.now() - 50 * minuteMs;
  return {
    recordingId: 'ready',
    callId: '2',
    channelId: 'channel',
    status: 'ready',
    progress: 1,
    startedBy: ada.personId,
    startedAtMs,
    stoppedAtMs: startedAtMs + 23 * minuteMs,
    lengthMs: 23 * minuteMs,
    problem: null,
    participants: [grace, ada, alan].map(({ personId, displayName }) => ({ personId, displayName })),
    files: [
      file('everybody.mp4', 'combined', null),
      file('ada.mp4', 'person', 'ada'),
      file('grace.mp4', 'person', 'grace', 4_000),
      file('ada-screen.mp4', 'screen', 'ada', 6 * minuteMs),
    ],
    gaps: [
      gap('ada', 'camera', 2 * minuteMs, 900, 'network'),
      gap('ada', 'microphone', 9 * minuteMs, 14_000, 'connection'),
      gap('ada', 'camera', 9 * minuteMs, 14_200, 'connection'),
      gap('grace', 'camera', 15 * minuteMs, 2_300, 'node'),
    ],
    combinedProblem: null,
    ...change,
  };
}

const none = { files: [], gaps: [], lengthMs: null } as const;

/** One of each kind, newest first. */
export const recordingsOfAllKinds = (): readonly RecordingDetails[] => [
  recordingOf({ recordingId: 'running', callId: '9', status: 'recording', progress: 0, stoppedAtMs: null, ...none }),
  recordingOf({ recordingId: 'making', callId: '8', status: 'finishing', progress: 0.42, ...none }),
  recordingOf(),
  recordingOf({ recordingId: 'failed', callId: '5', status: 'failed', problem: 'nothing_recorded', ...none }),
];
