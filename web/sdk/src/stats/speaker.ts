import type { PeerName } from '../api.js';
import { voices as policy } from '../policy.later.js';

export interface Speakers {
  readonly voices: ReadonlyMap<PeerName, Voice>;
  /** Who speaks, or spoke last. */
  readonly active: PeerName | null;
  readonly activeSinceMs: number;
}

interface Voice {
  readonly speaking: boolean;
  /** Polls in a row that were loud. */
  readonly loudPolls: number;
  readonly heardAtMs: number;
}

const nobodySpeaks: Speakers = { voices: new Map(), active: null, activeSinceMs: 0 };

/**
 * Pure: who speaks, after one more look at how loud everybody is (0 to 1). Somebody begins to speak after three loud polls,
 * and stops after a second without a sound; the active one is not replaced before two seconds or while nobody else speaks.
 */
export function nextSpeakers(last: Speakers | null, levels: ReadonlyMap<PeerName, number>, nowMs: number): Speakers {
  const { voices: heard, ...before } = last ?? nobodySpeaks;
  const voices = new Map<PeerName, Voice>();
  for (const [peer, level] of levels) voices.set(peer, nextVoice(heard.get(peer), level, nowMs));

  const current = before.active === null ? undefined : voices.get(before.active);
  const loudest = [...voices].reduce<PeerName | null>((best, [peer, { speaking }]) => {
    if (!speaking) return best;
    return best === null || (levels.get(peer) ?? 0) > (levels.get(best) ?? 0) ? peer : best;
  }, null);
  const stays =
    current !== undefined &&
    (loudest === null || (current.speaking && nowMs - before.activeSinceMs < policy.minActiveMs));
  const active = stays ? before.active : loudest;
  return { voices, active, activeSinceMs: active === before.active ? before.activeSinceMs : nowMs };
}

function nextVoice(before: Voice | undefined, level: number, nowMs: number): Voice {
  const loudPolls = level >= policy.onLevel ? (before?.loudPolls ?? 0) + 1 : 0;
  const wasSpeaking = before?.speaking ?? false;
  const heardAtMs = level >= (wasSpeaking ? policy.offLevel : policy.onLevel) ? nowMs : (before?.heardAtMs ?? nowMs);
  const speaking = wasSpeaking ? nowMs - heardAtMs < policy.offMs : loudPolls >= policy.pollsOn;
  return { speaking, loudPolls, heardAtMs };
}
