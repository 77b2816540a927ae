import type { Page } from 'puppeteer-core';
import { timeoutMs } from './browsers';

/** A person, or a page without one. */
interface Viewer {
  readonly page: Page;
}

export interface Media {
  framesDecoded: number;
  framesSent: number;
  audioEnergy: number;
  /** The candidates in use. An address is empty where the browser does not tell it. */
  pair: { local: Candidate; remote: Candidate } | null;
}

export interface Candidate {
  type: string;
  address: string;
  port: number;
}

/** What one side's own browser has measured so far, over its open connections. */
export function measured(person: Viewer): Promise<Media> {
  return person.page.evaluate(async () => {
    const media: Media = { framesDecoded: 0, framesSent: 0, audioEnergy: 0, pair: null };
    for (const connection of window.probe.connections) {
      const report = await connection.getStats();
      const all = [...report.values()];
      for (const entry of all) {
        if (entry.type === 'inbound-rtp' && entry.kind === 'video') media.framesDecoded += entry.framesDecoded ?? 0;
        if (entry.type === 'inbound-rtp' && entry.kind === 'audio') media.audioEnergy += entry.totalAudioEnergy ?? 0;
        if (entry.type === 'outbound-rtp' && entry.kind === 'video') media.framesSent += entry.framesSent ?? 0;
      }
      const chosen =
        report.get(all.find((entry) => entry.type === 'transport')?.selectedCandidatePairId ?? '') ??
        all.find((entry) => entry.type === 'candidate-pair' && entry.selected);
      if (!chosen) continue;
      const [local, remote] = [chosen.localCandidateId, chosen.remoteCandidateId].map((id) => {
        const candidate = report.get(id);
        return { type: candidate.candidateType, address: candidate.address ?? '', port: candidate.port };
      });
      if (local && remote) media.pair = { local, remote };
    }
    return media;
  });
}

/** Waits until picture (in a video call) and sound arrive from now on, not only once. */
export async function seesAndHears(person: Viewer, kind: 'video' | 'voice' = 'video'): Promise<void> {
  const before = await measured(person);
  await until(
    person,
    () => measured(person),
    (now) =>
      now.audioEnergy > before.audioEnergy + 0.001 &&
      (kind === 'voice' || now.framesDecoded > before.framesDecoded + 5),
  );
}

/** Waits until picture and sound arrive from each of so many others. */
export async function seesAndHearsEach(person: Viewer, others: number): Promise<void> {
  const before = await streams(person);
  const grows = ({ ssrc, amount, step }: Stream) =>
    amount > (before.find((earlier) => earlier.ssrc === ssrc)?.amount ?? 0) + step;
  await until(
    person,
    () => streams(person),
    (now) => ['video', 'audio'].every((kind) => now.filter((one) => one.kind === kind && grows(one)).length === others),
  );
}

/** What arrives in one stream: frames of a picture, energy of a sound. */
interface Stream {
  readonly ssrc: number;
  readonly kind: string;
  readonly amount: number;
  /** By how much it must have grown to be running. */
  readonly step: number;
}

/** By their numbers: a connection that was made anew stands elsewhere among the others. */
function streams(person: Viewer): Promise<Stream[]> {
  return person.page.evaluate(async () => {
    const found: Stream[] = [];
    for (const connection of window.probe.connections) {
      for (const { type, kind, ssrc, framesDecoded, totalAudioEnergy } of (await connection.getStats()).values()) {
        if (type !== 'inbound-rtp') continue;
        if (kind === 'video') found.push({ ssrc, kind, amount: framesDecoded ?? 0, step: 5 });
        else found.push({ ssrc, kind, amount: totalAudioEnergy ?? 0, step: 0.001 });
      }
    }
    return found;
  });
}

/** Looks again until it is so, and says what it saw last when it gives up. */
export async function until<T>(person: Viewer, look: () => Promise<T>, holds: (seen: T) => boolean): Promise<T> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const seen = await look();
    if (holds(seen)) return seen;
    if (Date.now() > deadline) throw new Error(`It has not become so in time. Last seen: ${JSON.stringify(seen)}`);
    // A frame's time in the page, so that asking does not become the load.
    await person.page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 100)));
  }
}
