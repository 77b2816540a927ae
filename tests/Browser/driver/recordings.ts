import type { Page } from 'puppeteer-core';
import { timeoutMs } from './browsers';
import type { Person } from './person';

/** As the server tells it; see `docs/protocol.md`. */
export interface Recording {
  recording_id: string;
  call_id: string;
  status: 'recording' | 'finishing' | 'ready' | 'failed';
  length_ms: number | null;
  problem: string | null;
  participants: { person_id: string; display_name: string }[];
  files: RecordingFile[];
  gaps: { person_id: string; track: string; at_ms: number; length_ms: number; packets: number; cause: string }[];
  combined_problem: string | null;
}

export interface RecordingFile {
  name: string;
  kind: 'combined' | 'person' | 'screen';
  person_id: string | null;
  content_type: string;
  bytes: number;
  from_ms: number;
  length_ms: number;
}

const pollMs = 250;

/** Presses what a person presses, and waits until that person's own part is on its way. */
export async function startRecording(person: Person): Promise<void> {
  await person.press('More');
  await person.press('Record this call');
  await person.press('Start recording');
  await person.sees('[data-recording="sending"]');
}

/** Waits until nobody is recorded any more. */
export async function stopRecording(person: Person): Promise<void> {
  await person.press('More');
  await person.press('Stop recording');
  await person.seesNo('[data-recording]');
}

/** The newest of the person in whose page this is asked. */
export async function newestRecording(page: Page): Promise<Recording> {
  const { recordings } = await get<{ recordings: Recording[] }>(page, '/recordings?limit=1');
  const [newest] = recordings;
  if (!newest) throw new Error('This person has no recording.');
  return newest;
}

/** Waits until its files can be had; throws with its problem when there are none. */
export async function finishedRecording(page: Page, id: string): Promise<Recording> {
  const deadline = Date.now() + 5 * timeoutMs;
  for (;;) {
    const recording = await get<Recording>(page, `/recordings/${id}`);
    if (recording.status === 'ready') return recording;
    if (recording.status === 'failed') throw new Error(`The recording failed: ${recording.problem}`);
    if (Date.now() > deadline) throw new Error(`The recording is not ready in time, but ${recording.status}.`);
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
}

/** Of one person's microphone and camera. */
export function filesOf(recording: Recording, displayName: string): RecordingFile[] {
  const person = recording.participants.find(({ display_name: name }) => name === displayName);
  return recording.files.filter(({ kind, person_id: id }) => kind === 'person' && id === person?.person_id);
}

/** What the person in whose page this is asked gets of a file, and of each request with which status. */
export async function download(
  page: Page,
  id: string,
  name: string,
  range: { from: number; to: number } | null = null,
): Promise<{ status: number; bytes: Buffer }> {
  const headers = range ? { range: `bytes=${range.from}-${range.to}` } : {};
  const { status, text } = await page.evaluate(
    async (path, headers) => {
      const response = await fetch(path, { headers });
      let text = '';
      for (const byte of new Uint8Array(await response.arrayBuffer())) text += String.fromCharCode(byte);
      return { status: response.status, text: btoa(text) };
    },
    `/recordings/${id}/files/${name}`,
    headers,
  );
  return { status, bytes: Buffer.from(text, 'base64') };
}

function get<T>(page: Page, path: string): Promise<T> {
  return page.evaluate(async (at) => {
    const response = await fetch(at, { headers: { accept: 'application/json' } });
    if (!response.ok) throw new Error(`The server answered ${response.status} for ${at}.`);
    return response.json();
  }, path);
}
