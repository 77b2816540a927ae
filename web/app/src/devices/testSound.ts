export interface Sounding {
  /** Resolves when the sound is over or was stopped; rejects when it cannot be played there. */
  readonly ended: Promise<void>;
  stop(): void;
}

const notesHz = [523.25, 659.25, 783.99];
const noteS = 0.32;
const loudness = 0.22;

/** Three rising notes on a speaker; `null` is the system's choice. */
export function playTestSound(speaker: string | null): Sounding {
  const context = new AudioContext();
  const target = context.createMediaStreamDestination();
  const player = new Audio();
  let stop = () => {};
  const stopped = new Promise<void>((resolve) => {
    stop = resolve;
  });
  const ended = play().finally(() => {
    player.srcObject = null;
    return context.close();
  });
  return { ended, stop };

  async function play() {
    player.srcObject = target.stream;
    if (speaker !== null) await player.setSinkId(speaker);
    await Promise.all([player.play(), context.resume()]);
    const last = notesHz.map((hertz, index) => note(hertz, context.currentTime + index * noteS)).at(-1);
    const over = new Promise((resolve) => last?.addEventListener('ended', resolve));
    await Promise.race([over, stopped]);
  }

  function note(hertz: number, startS: number): OscillatorNode {
    const oscillator = new OscillatorNode(context, { frequency: hertz });
    const gain = new GainNode(context, { gain: 0 });
    gain.gain.setValueAtTime(0, startS);
    gain.gain.linearRampToValueAtTime(loudness, startS + 0.03);
    gain.gain.exponentialRampToValueAtTime(0.001, startS + noteS * 1.8);
    oscillator.connect(gain).connect(target);
    oscillator.start(startS);
    oscillator.stop(startS + noteS * 1.8);
    return oscillator;
  }
}
