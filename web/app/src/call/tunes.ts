/** Small tunes made of bell notes, so that no sound file has to be fetched. */
interface Tune {
  /** Hertz, and seconds from the start of the round. */
  readonly notes: readonly (readonly [hz: number, atS: number])[];
  readonly roundS: number;
  readonly rounds: number;
  readonly volume: number;
}

export type TuneName = 'ringtone' | 'ringback' | 'knock';

const noteS = 0.9;

const tunes: Readonly<Record<TuneName, Tune>> = {
  ringtone: {
    notes: [
      [587.33, 0],
      [739.99, 0.18],
      [880, 0.36],
      [1174.66, 0.54],
      [880, 0.9],
      [1174.66, 1.08],
    ],
    roundS: 3,
    rounds: Number.POSITIVE_INFINITY,
    volume: 0.22,
  },
  ringback: {
    notes: [
      [440, 0],
      [554.37, 0.28],
    ],
    roundS: 3.4,
    rounds: Number.POSITIVE_INFINITY,
    volume: 0.06,
  },
  knock: {
    notes: [
      [880, 0],
      [659.25, 0.2],
    ],
    roundS: 2,
    rounds: 2,
    volume: 0.1,
  },
};

/** Plays until the returned function is called. A browser that wants a gesture first gets the tune with the next one. */
export function playTune(name: TuneName): () => void {
  if (typeof AudioContext === 'undefined') return () => {};
  let stopPlaying: (() => void) | null = null;
  const start = () => {
    stopWaiting();
    stopPlaying = begin(tunes[name]);
  };
  const stopWaiting = () => {
    removeEventListener('pointerdown', start, true);
    removeEventListener('keydown', start, true);
  };
  // An AudioContext made before the first gesture would complain in the console and stay silent.
  if (navigator.userActivation?.hasBeenActive ?? true) start();
  else {
    addEventListener('pointerdown', start, true);
    addEventListener('keydown', start, true);
  }
  return () => {
    stopWaiting();
    stopPlaying?.();
  };
}

function begin(tune: Tune): () => void {
  const context = new AudioContext();
  const quiet = () => {};
  context.resume().catch(quiet);
  let round = 0;
  const playRound = () => {
    if (round++ >= tune.rounds) return;
    for (const [hz, atS] of tune.notes) ringBell(context, hz, context.currentTime + atS, tune.volume);
  };
  playRound();
  const timer = setInterval(playRound, tune.roundS * 1000);
  return () => {
    clearInterval(timer);
    context.close().catch(quiet);
  };
}

/** A soft bell: a sine and a quieter octave, both dying away. */
function ringBell(context: AudioContext, hz: number, atS: number, volume: number): void {
  for (const [partial, share] of [
    [1, 1],
    [2, 0.25],
  ] as const) {
    const oscillator = new OscillatorNode(context, { frequency: hz * partial });
    const gain = new GainNode(context, { gain: 0 });
    gain.gain.setValueAtTime(0.0001, atS);
    gain.gain.exponentialRampToValueAtTime(volume * share, atS + 0.012);
    gain.gain.exponentialRampToValueAtTime(0.0001, atS + noteS);
    oscillator.connect(gain).connect(context.destination);
    oscillator.start(atS);
    oscillator.stop(atS + noteS);
  }
}
