import type { CallReport, DeviceReport, Impairment, PersonId, ReportEvent, ReportSample } from '@sightline/sdk';

/** Something that a person would have noticed, as the samples and events show it. */
export type Finding =
  | { readonly kind: 'no_path' | 'lost' }
  | { readonly kind: 'interrupted'; readonly times: number; readonly totalMs: number; readonly restarts: number }
  | {
      readonly kind: 'loss';
      /** Whose packets did not arrive, and at whom; `null`: at nobody, in a call of several. */
      readonly from: PersonId;
      readonly to: PersonId | null;
      readonly share: number;
      readonly lastedMs: number;
      /** What became of the sender's picture meanwhile. */
      readonly picture: 'lowered' | 'paused' | null;
    }
  | {
      readonly kind: 'narrow';
      readonly from: PersonId;
      readonly picture: 'lowered' | 'paused';
      readonly lastedMs: number;
    }
  | {
      readonly kind: 'late';
      readonly between: readonly [PersonId, PersonId];
      readonly roundTripMs: number;
      readonly lastedMs: number;
    }
  | { readonly kind: 'frozen'; readonly of: PersonId; readonly at: PersonId; readonly totalMs: number }
  | {
      /** What took most from the score, where nothing else that was found tells of it. */
      readonly kind: 'impaired';
      readonly by: Impairment;
      /** Of that, over the call, in the unit of the column; `null` where it was not measured. */
      readonly value: number | null;
    }
  | {
      readonly kind: 'device';
      readonly of: PersonId;
      readonly device: 'microphone' | 'camera';
      readonly reason: string;
    };

/** What is worth a sentence. */
export const limits = {
  lossShare: 0.05,
  roundTripMs: 400,
  /** A trouble shorter than two rows is over before anybody says so. */
  minMs: 10_000,
  frozenMs: 3_000,
} as const;

const rowMs = 5_000;
/** One row without the trouble does not end it. */
const mergeMs = 2 * rowMs;

interface Episode {
  readonly fromMs: number;
  readonly toMs: number;
  readonly rows: readonly ReportSample[];
}

/** Pure: what stood out, the worst first. `selfId` is whom the sentences are for: what both sides saw is told once. */
export function findingsOf({ call, devices }: CallReport, selfId: PersonId): Finding[] {
  const ordered = [...devices].sort((a, b) => Number(b.personId === selfId) - Number(a.personId === selfId));
  const found: Finding[] = [];
  if (call.outcome === 'failed_setup') found.push({ kind: 'no_path' });
  if (call.outcome === 'connection_lost' && call.connectedAtMs !== null) found.push({ kind: 'lost' });
  const interrupted = ordered.map(interruption).find((one) => one !== null);
  if (interrupted) found.push(interrupted);
  const troubles = lossesOf(ordered, call.participants.length > 2);
  troubles.push(...ordered.flatMap((device) => narrowOf(device, troubles)));
  troubles.push(...latenesses(ordered));
  troubles.push(...ordered.flatMap(frozenOf));
  found.push(...withCause(troubles, ordered[0]));
  found.push(...ordered.flatMap(problemsOf));
  return found;
}

/** What tells of an impairment already. */
const tellsOf: Readonly<Record<Impairment, Finding['kind'] | null>> = {
  loss: 'loss',
  delay: 'late',
  freezes: 'frozen',
  bitrate: 'narrow',
  resolution: 'narrow',
  frame_rate: 'narrow',
  jitter: null,
};

/** What took most from a score that is not excellent comes first, so that a verdict always says why. */
function withCause(troubles: readonly Finding[], device: DeviceReport | undefined): Finding[] {
  if (device?.quality === null || device?.quality === 'excellent' || device === undefined) return [...troubles];
  const [worst] = Object.entries(device.impairments).sort((a, b) => b[1] - a[1]) as [Impairment, number][];
  if (worst === undefined || worst[1] <= 0) return [...troubles];
  const [by] = worst;
  const told = troubles.find(({ kind }) => kind === tellsOf[by]);
  const first: Finding = told ?? { kind: 'impaired', by, value: meanOf[by](device.samples) };
  return [first, ...troubles.filter((one) => one !== told)];
}

type Rows = readonly ReportSample[];
const meanOf: Readonly<Record<Impairment, (rows: Rows) => number | null>> = {
  delay: (rows) => known(rows, ({ roundTripMs }) => roundTripMs),
  jitter: (rows) => known(rows, ({ jitterBufferMs }) => jitterBufferMs),
  loss: (rows) =>
    known(rows, ({ receivedLossShare, sentLossShare }) =>
      receivedLossShare === null && sentLossShare === null
        ? null
        : Math.max(receivedLossShare ?? 0, sentLossShare ?? 0),
    ),
  bitrate: (rows) => known(rows, ({ receiveBitrateBps }) => receiveBitrateBps),
  freezes: (rows) => rows.reduce((sum, { frozenMs }) => sum + (frozenMs ?? 0), 0),
  frame_rate: (rows) => known(rows, ({ framesPerSecond }) => framesPerSecond),
  resolution: (rows) => known(rows, ({ frameHeight }) => frameHeight),
};

function known(rows: Rows, of: (row: ReportSample) => number | null): number | null {
  const measured = rows.filter((row) => of(row) !== null);
  return measured.length === 0 ? null : mean(measured, of);
}

/** Pure: when a device was in which state, up to the last thing that it told. */
export function statesOf({ events, samples }: DeviceReport): { state: string; fromMs: number; toMs: number }[] {
  const changes = events.filter(({ kind }) => kind === 'state');
  const lastMs = Math.max(0, ...events.map(({ atMs }) => atMs), ...samples.map(({ atMs }) => atMs));
  return changes
    .map(({ value, atMs }, index) => ({ state: value, fromMs: atMs, toMs: changes[index + 1]?.atMs ?? lastMs }))
    .filter(({ state, fromMs, toMs }) => toMs > fromMs && state !== 'ENDED');
}

function interruption(device: DeviceReport): Finding | null {
  const gaps = statesOf(device).filter(({ state }) => state === 'RECONNECTING');
  if (gaps.length === 0) return null;
  const restarts = new Map<PersonId | null, number>();
  for (const { kind, value, personId } of device.events) {
    if (kind === 'restart') restarts.set(personId, Math.max(restarts.get(personId) ?? 0, Number(value)));
  }
  return {
    kind: 'interrupted',
    times: gaps.length,
    totalMs: gaps.reduce((sum, { fromMs, toMs }) => sum + toMs - fromMs, 0),
    restarts: [...restarts.values()].reduce((sum, one) => sum + one, 0),
  };
}

function lossesOf(devices: readonly DeviceReport[], group: boolean): Finding[] {
  const found: Extract<Finding, { kind: 'loss' }>[] = [];
  const isTold = (from: PersonId, to: PersonId) =>
    found.some((one) => one.from === from && (one.to === to || one.to === null));
  for (const device of devices) {
    const peers = peersOf(device);
    // What the other side reports of this device's packets, and what this one counts of theirs.
    const sent = peers.flatMap((to) => {
      const worst = longest(device, to, ({ sentLossShare }) => (sentLossShare ?? 0) >= limits.lossShare);
      return worst === null ? [] : [{ to, worst, share: mean(worst.rows, ({ sentLossShare }) => sentLossShare) }];
    });
    const toAll = group && peers.length > 1 && sent.length === peers.length;
    for (const { to, worst, share } of toAll ? sent.slice(0, 1) : sent) {
      if (isTold(device.personId, to)) continue;
      const picture = pictureDuring(device, worst);
      const lastedMs = worst.toMs - worst.fromMs;
      found.push({ kind: 'loss', from: device.personId, to: toAll ? null : to, share, lastedMs, picture });
    }
    for (const from of peers) {
      const worst = longest(device, from, ({ receivedLossShare }) => (receivedLossShare ?? 0) >= limits.lossShare);
      if (worst === null || isTold(from, device.personId)) continue;
      const theirs = devices.find(({ personId }) => personId === from);
      const share = mean(worst.rows, ({ receivedLossShare }) => receivedLossShare);
      const lastedMs = worst.toMs - worst.fromMs;
      const picture = theirs ? pictureDuring(theirs, worst) : null;
      found.push({ kind: 'loss', from, to: device.personId, share, lastedMs, picture });
    }
  }
  return found.sort((a, b) => b.share * b.lastedMs - a.share * a.lastedMs);
}

/** A picture that adaptation lowered for other reasons than losses: there was too little room. */
function narrowOf(device: DeviceReport, told: readonly Finding[]): Finding[] {
  if (told.some((one) => one.kind === 'loss' && one.from === device.personId && one.picture !== null)) return [];
  const lows = levelsOf(device).filter(({ level }) => level === 'critical' || level === 'paused');
  const lastedMs = lows.reduce((sum, { fromMs, toMs }) => sum + toMs - fromMs, 0);
  if (lastedMs < limits.minMs) return [];
  const picture = lows.some(({ level }) => level === 'paused') ? 'paused' : 'lowered';
  return [{ kind: 'narrow', from: device.personId, picture, lastedMs }];
}

function latenesses(devices: readonly DeviceReport[]): Finding[] {
  const found: Extract<Finding, { kind: 'late' }>[] = [];
  for (const device of devices) {
    for (const peer of peersOf(device)) {
      const worst = longest(device, peer, ({ roundTripMs }) => (roundTripMs ?? 0) >= limits.roundTripMs);
      if (worst === null || found.some(({ between: [a, b] }) => a === peer && b === device.personId)) continue;
      const roundTripMs = mean(worst.rows, (row) => row.roundTripMs);
      found.push({ kind: 'late', between: [device.personId, peer], roundTripMs, lastedMs: worst.toMs - worst.fromMs });
    }
  }
  return found;
}

function frozenOf(device: DeviceReport): Finding[] {
  return peersOf(device).flatMap((peer) => {
    const rows = device.samples.filter(({ personId }) => personId === peer);
    const totalMs = rows.reduce((sum, { frozenMs }) => sum + (frozenMs ?? 0), 0);
    return totalMs < limits.frozenMs ? [] : [{ kind: 'frozen' as const, of: peer, at: device.personId, totalMs }];
  });
}

function problemsOf({ personId, events }: DeviceReport): Finding[] {
  const seen = new Set<string>();
  return events.flatMap(({ kind, value }) => {
    const [device, reason = ''] = value.split(':');
    if (kind !== 'problem' || seen.has(value) || (device !== 'microphone' && device !== 'camera')) return [];
    seen.add(value);
    return [{ kind: 'device' as const, of: personId, device, reason }];
  });
}

function pictureDuring(device: DeviceReport, { fromMs, toMs }: Episode): 'lowered' | 'paused' | null {
  const during = levelsOf(device).filter((one) => one.fromMs < toMs && one.toMs > fromMs);
  if (during.some(({ level }) => level === 'paused')) return 'paused';
  return during.some(({ level }) => level === 'poor' || level === 'critical') ? 'lowered' : null;
}

function levelsOf({ events, samples }: DeviceReport): { level: string; fromMs: number; toMs: number }[] {
  const lastMs = Math.max(0, ...samples.map(({ atMs }) => atMs));
  return peersOf({ samples }).flatMap((peer) => {
    const changes = events.filter(({ kind, personId }: ReportEvent) => kind === 'level' && personId === peer);
    return changes.map(({ value, atMs }, index) => {
      return { level: value, fromMs: atMs, toMs: changes[index + 1]?.atMs ?? Math.max(lastMs, atMs) };
    });
  });
}

export function peersOf({ samples }: Pick<DeviceReport, 'samples'>): PersonId[] {
  return [...new Set(samples.map(({ personId }) => personId))];
}

/** The longest time in which a link was in trouble; `null` when none was long enough. */
function longest(device: DeviceReport, peer: PersonId, isTrouble: (row: ReportSample) => boolean): Episode | null {
  const episodes: { fromMs: number; toMs: number; rows: ReportSample[] }[] = [];
  for (const row of device.samples) {
    if (row.personId !== peer || !isTrouble(row)) continue;
    const open = episodes.at(-1);
    if (open && row.atMs - open.toMs <= mergeMs) {
      open.toMs = row.atMs;
      open.rows.push(row);
    } else episodes.push({ fromMs: row.atMs - rowMs, toMs: row.atMs, rows: [row] });
  }
  const lasting = episodes.filter(({ fromMs, toMs }) => toMs - fromMs >= limits.minMs);
  return lasting.sort((a, b) => b.toMs - b.fromMs - (a.toMs - a.fromMs))[0] ?? null;
}

function mean(rows: readonly ReportSample[], of: (row: ReportSample) => number | null): number {
  return rows.reduce((sum, row) => sum + (of(row) ?? 0), 0) / Math.max(1, rows.length);
}
