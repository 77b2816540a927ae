import type { Report } from '../stats/sample.js';
import { policy } from './levels.js';

/** What `readSending` needs, beside the candidate pair that the transport names. */
const needed: readonly unknown[] = ['outbound-rtp', 'remote-inbound-rtp', 'transport'];

/**
 * Reads a connection's statistics for adaptation. A browser makes an object of each entry that is looked at, and there are a
 * hundred: so most looks ask only for those that matter, by their ids, and one a second looks for new ones.
 */
export class Reader {
  #ids: readonly string[] = [];
  #searchAtMs = 0;

  read(statistics: RTCStatsReport, nowMs: number): readonly Report[] {
    const known = nowMs < this.#searchAtMs ? this.#ask(statistics) : null;
    if (known !== null) return known;
    const all: Report[] = [];
    statistics.forEach((report: Report) => void all.push(report));
    this.#searchAtMs = nowMs + policy.searchMs;
    this.#ids = all.filter(({ type }) => needed.includes(type)).map(({ id }) => String(id));
    return all;
  }

  /** `null` where an entry is gone, and in Firefox, where only the pairs themselves say which is in use. */
  #ask(statistics: RTCStatsReport): readonly Report[] | null {
    const known: (Report | undefined)[] = this.#ids.map((id) => statistics.get(id));
    const pairId = known.find((report) => report?.type === 'transport')?.selectedCandidatePairId;
    if (typeof pairId !== 'string') return null;
    const reports = [...known, statistics.get(pairId) as Report | undefined].filter((report) => report !== undefined);
    return reports.length === known.length + 1 ? reports : null;
  }
}
