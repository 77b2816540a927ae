import { chanceOf } from './chance';
import type { Conditions } from './conditions';

/** What a line does to one sender from a moment on. */
export interface Turn {
  atMs: number;
  conditions: Conditions;
}

/** The first seconds, in which every call finds its rate, are good. */
export const quietMs = 6_000;
export const lengthMs = 32_000;
const stepMs = 500;
const good: Conditions = { rateBps: 3_000_000, delayMs: 20, jitterMs: 2 };

type Draw = (from: number, to: number) => number;

/** Ways in which lines get worse, and two in which they do not. Each is drawn anew for every seed. */
const shapes: Readonly<Record<string, (draw: Draw) => Turn[]>> = {
  steady: (draw) => [
    { atMs: quietMs, conditions: { ...good, rateBps: draw(2_000_000, 4_000_000), delayMs: draw(10, 80) } },
  ],
  // Unpleasant, and yet enough for a call.
  uneasy: (draw) => {
    const delayMs = draw(40, 80);
    return [{ atMs: quietMs, conditions: { ...good, delayMs, jitterMs: draw(5, 15), lossPct: draw(0.2, 1) } }];
  },
  'falling-rate': (draw) => {
    const [lowBps, overMs] = [draw(150_000, 400_000), draw(8_000, 16_000)];
    return ramp(overMs, draw(0, 3_000), (part) => ({ ...good, rateBps: 3_000_000 * (lowBps / 3_000_000) ** part }));
  },
  'growing-jitter': (draw) => {
    const [worstMs, overMs, lossPct] = [draw(80, 200), draw(8_000, 14_000), draw(4, 12)];
    return ramp(overMs, draw(0, 3_000), (part) => ({
      ...good,
      delayMs: 20 + worstMs * part,
      jitterMs: worstMs * part,
      lossPct: lossPct * part ** 2,
    }));
  },
  'growing-loss': (draw) => {
    const [lossPct, overMs] = [draw(12, 30), draw(8_000, 14_000)];
    return ramp(overMs, draw(0, 3_000), (part) => ({ ...good, lossPct: lossPct * part, burstMs: 40 * part }));
  },
  bursts: (draw) => {
    const turns: Turn[] = [];
    for (let atMs = quietMs + draw(0, 3_000); atMs < lengthMs - 4_000; atMs += draw(5_000, 9_000)) {
      turns.push({ atMs, conditions: { ...good, lossPct: draw(3, 6), burstMs: 60 } });
      turns.push({ atMs: atMs + 2_000, conditions: { ...good, lossPct: draw(20, 60), burstMs: 300 } });
      turns.push({ atMs: atMs + 2_000 + draw(500, 1_500), conditions: good });
    }
    return turns;
  },
  step: (draw) => {
    const atMs = quietMs + draw(2_000, 8_000);
    return [
      { atMs, conditions: { ...good, rateBps: draw(250_000, 600_000) } },
      { atMs: atMs + draw(8_000, 12_000), conditions: good },
    ];
  },
  'filling-queue': (draw) => {
    const [lowBps, overMs] = [draw(200_000, 500_000), draw(6_000, 12_000)];
    return ramp(overMs, draw(0, 4_000), (part) => ({
      ...good,
      rateBps: 2_500_000 - (2_500_000 - lowBps) * part,
      delayMs: 20 + 60 * part,
      queueMs: 800,
    }));
  },
};

export const shapeNames = Object.keys(shapes);

/** The first turn is that of a good line. */
export function turnsOf(shape: string, seed: number): Turn[] {
  const random = chanceOf(seed);
  const draw: Draw = (from, to) => Math.round((from + (to - from) * random()) * 100) / 100;
  const turns = shapes[shape]?.(draw);
  if (!turns) throw new Error(`There is no shape "${shape}".`);
  return [{ atMs: 0, conditions: good }, ...turns.map(whole)].filter(({ atMs }) => atMs < lengthMs);
}

function ramp(overMs: number, afterMs: number, at: (part: number) => Conditions): Turn[] {
  const steps = Math.ceil(overMs / stepMs);
  return Array.from({ length: steps }, (_, index) => ({
    atMs: quietMs + afterMs + index * stepMs,
    conditions: at((index + 1) / steps),
  }));
}

/** The relay takes bit/s as a whole number. */
function whole({ atMs, conditions }: Turn): Turn {
  const { rateBps, ...others } = conditions;
  return {
    atMs: Math.round(atMs),
    conditions: rateBps === undefined ? others : { ...others, rateBps: Math.round(rateBps) },
  };
}
