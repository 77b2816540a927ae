import { telemetry as policy } from '../policy.later.js';
import type { components } from '../protocol/rest.gen.js';

type Schemas = components['schemas'];
export type Report = Schemas['TelemetryReport'];
export type SpanName = Schemas['SpanName'];
export type EventName = Schemas['EventName'];
export type EventDetail = Schemas['EventDetail'];
export type LinkReport = Schemas['ReportedLink'];

/**
 * What has been noticed of one call and not been told yet. Pure, and bounded: what does not fit is counted, not kept. Times are
 * milliseconds since 1970.
 */
export class Recorder {
  readonly #newId: () => string;
  #spans: Report['spans'] = [];
  #events: Report['events'] = [];
  #links: Report['links'] = [];
  #dropped = 0;

  /** @param newId 16 hex digits */
  constructor(newId: () => string) {
    this.#newId = newId;
  }

  /** @param spanId where others hang from it */
  span(name: SpanName, startMs: number, endMs: number, ok: boolean, parentId?: string, spanId = this.#newId()): void {
    this.#keep(this.#spans, policy.maxSpans, {
      name,
      span_id: spanId,
      start_ms: startMs,
      // Two clocks of one browser may differ by a fraction.
      end_ms: Math.max(startMs, endMs),
      result: ok ? 'ok' : 'failed',
      ...(parentId === undefined ? {} : { parent_id: parentId }),
    });
  }

  event(name: EventName, atMs: number, detail: EventDetail): void {
    this.#keep(this.#events, policy.maxEvents, { name, at_ms: atMs, detail });
  }

  link(link: LinkReport): void {
    this.#keep(this.#links, policy.maxLinks, link);
  }

  /** Everything since the last time; `null` where there is nothing. */
  take(deviceId: string, sentAtMs: number): Report | null {
    const [spans, events, links, dropped] = [this.#spans, this.#events, this.#links, this.#dropped];
    if (spans.length + events.length + links.length === 0) return null;
    this.#spans = [];
    this.#events = [];
    this.#links = [];
    this.#dropped = 0;
    return { device_id: deviceId, sent_at_ms: sentAtMs, spans, events, links, dropped };
  }

  #keep<T>(list: T[], most: number, entry: T): void {
    if (list.length < most) list.push(entry);
    else this.#dropped += 1;
  }
}
