import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Surroundings, timeoutMs } from './browsers';

const run = promisify(execFile);

/** For browsers that use the devices of a sound system: what is there is really there, neither drawn cameras nor painted sound. */
export const withRealDevices: Surroundings = {
  devices: 0,
  preferences: { 'media.navigator.streams.fake': false, 'media.cubeb.force_mock_context': false },
};

interface Microphone {
  /** What the system calls it. */
  readonly name: string;
  /** What a person reads. */
  readonly label: string;
  /** Of the notes that sound in front of it; `null`: nothing but noise, as at an open window. */
  readonly pitchHz: number | null;
  readonly sampleRateHz?: number;
}

interface Plugged {
  readonly module: string;
  readonly player: ChildProcess | null;
}

/** A computer's sound, PulseAudio, with devices that are plugged in and pulled out at will. Nothing of it is heard. */
export class SoundSystem {
  readonly #plugged = new Map<string, Plugged>();

  private constructor(
    /** For the programs that play and record here. */
    readonly environment: NodeJS.ProcessEnv,
    private readonly folder: string,
    private readonly daemon: ChildProcess,
  ) {}

  static async start(): Promise<SoundSystem> {
    const folder = await mkdtemp(join(tmpdir(), 'sound-'));
    const socket = join(folder, 'native');
    const own = { ...process.env, XDG_RUNTIME_DIR: folder, PULSE_RUNTIME_PATH: folder, PULSE_STATE_PATH: folder };
    const flags = ['-n', '--daemonize=no', '--exit-idle-time=60', '--use-pid-file=no'];
    const entrance = `module-native-protocol-unix socket=${socket} auth-anonymous=1`;
    const daemon = spawn('pulseaudio', [...flags, '-L', entrance], { stdio: 'ignore', env: own });
    const failed = new Promise<never>((_, reject) => {
      daemon.once('error', reject);
      daemon.once('exit', (code) => reject(new Error(`PulseAudio has ended with ${code}.`)));
    });
    failed.catch(() => {});
    // The daemon itself would take `PULSE_SERVER` for another one that runs already.
    const system = new SoundSystem({ ...own, PULSE_SERVER: `unix:${socket}` }, folder, daemon);
    const deadline = Date.now() + timeoutMs;
    while (!existsSync(socket)) {
      if (Date.now() > deadline) throw new Error('PulseAudio does not start.');
      await Promise.race([failed, new Promise((resolve) => setTimeout(resolve, 50))]);
    }
    return system;
  }

  /** The notes are short: browsers keep steady tones out of a call. */
  async plugMicrophone({ name, label, pitchHz, sampleRateHz = 48_000 }: Microphone): Promise<void> {
    const pipe = join(this.folder, `${name}.pipe`);
    const sound = join(this.folder, `${name}.pcm`);
    await writeFile(sound, pitchHz === null ? noise(sampleRateHz) : notes(pitchHz, sampleRateHz));
    const module = await this.#control(
      'load-module',
      'module-pipe-source',
      `source_name=${name}`,
      `source_properties=device.description=${label}`,
      `file=${pipe}`,
      'format=s16le',
      'channels=1',
      `rate=${sampleRateHz}`,
    );
    const player = spawn('sh', ['-c', 'while cat "$0"; do :; done > "$1"', sound, pipe], { stdio: 'ignore' });
    this.#plugged.set(name, { module, player });
  }

  async plugSpeaker(name: string): Promise<void> {
    const module = await this.#control(
      'load-module',
      'module-null-sink',
      `sink_name=${name}`,
      `sink_properties=device.description=${name}`,
    );
    this.#plugged.set(name, { module, player: null });
  }

  /** Those of these that are plugged in. */
  async unplug(...names: readonly string[]): Promise<void> {
    for (const name of names) {
      const plugged = this.#plugged.get(name);
      if (plugged === undefined) continue;
      this.#plugged.delete(name);
      await this.#control('unload-module', plugged.module);
      plugged.player?.kill('SIGKILL');
    }
  }

  /** By the microphone's own switch, of which browsers are told nothing. */
  async mute(microphone: string, muted: boolean): Promise<void> {
    await this.#control('set-source-mute', microphone, muted ? '1' : '0');
  }

  /** The speakers on which something plays now. */
  async playing(): Promise<string[]> {
    const sinks: { index: number; name: string }[] = JSON.parse(await this.#control('--format=json', 'list', 'sinks'));
    const inputs: { sink: number }[] = JSON.parse(await this.#control('--format=json', 'list', 'sink-inputs'));
    return sinks.filter(({ index }) => inputs.some(({ sink }) => sink === index)).map(({ name }) => name);
  }

  async dispose(): Promise<void> {
    for (const { player } of this.#plugged.values()) player?.kill('SIGKILL');
    if (this.daemon.exitCode === null) {
      const exited = once(this.daemon, 'exit');
      this.daemon.kill('SIGKILL');
      await exited;
    }
    await rm(this.folder, { recursive: true, force: true });
  }

  async #control(...words: string[]): Promise<string> {
    return (await run('pactl', words, { env: this.environment })).stdout.trim();
  }
}

/** A second of 16-bit sound, four times a note and a pause. */
function notes(pitchHz: number, sampleRateHz: number): Buffer {
  const sound = Buffer.alloc(sampleRateHz * 2);
  for (let sample = 0; sample < sampleRateHz; sample++) {
    const sounds = (sample * 8) % (2 * sampleRateHz) < sampleRateHz;
    const value = sounds ? Math.sin((2 * Math.PI * pitchHz * sample) / sampleRateHz) : 0;
    sound.writeInt16LE(Math.round(value * 12_000), sample * 2);
  }
  return sound;
}

/** Twenty seconds of 16-bit white noise, the same numbers each time. */
function noise(sampleRateHz: number): Buffer {
  const samples = 20 * sampleRateHz;
  const sound = Buffer.alloc(samples * 2);
  let state = 1;
  for (let sample = 0; sample < samples; sample++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    sound.writeInt16LE(Math.round((state / 2 ** 32 - 0.5) * 12_000), sample * 2);
  }
  return sound;
}
