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
  const received = () =>
    person.page.evaluate(async () => {
      const links = [];
      for (const connection of window.probe.connections) {
        const link = { state: connection.connectionState, frames: 0, energy: 0 };
        for (const entry of (await connection.getStats()).values()) {
          if (entry.type !== 'inbound-rtp') continue;
          if (entry.kind === 'video') link.frames += entry.framesDecoded ?? 0;
          else link.energy += entry.totalAudioEnergy ?? 0;
        }
        links.push(link);
      }
      return links;
    });
  const before = await received();
  await until(
    person,
    received,
    (now) =>
      now.length === others &&
      now.every(
        ({ frames, energy }, index) =>
          frames > (before[index]?.frames ?? 0) + 5 && energy > (before[index]?.energy ?? 0) + 0.001,
      ),
  );
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
