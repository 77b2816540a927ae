import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { within } from './namespaces';

const program = fileURLToPath(
  new URL('../artifacts/dotnet/bin/Sightline.Relay/release/Sightline.Relay.dll', import.meta.url),
);

/** What one direction does to packets. What is left out is perfect. */
export interface Conditions {
  /** Percent of the packets. */
  lossPct?: number;
  /** Mean length of a loss burst; 0: each packet for itself. */
  burstMs?: number;
  delayMs?: number;
  /** How far the delay strays to either side. */
  jitterMs?: number;
  /** Percent of the packets that later ones overtake. */
  reorderPct?: number;
  /** Bit/s of IP packets; 0: no limit. */
  rateBps?: number;
  /** How long a packet may wait for the rate; 200 by default. */
  queueMs?: number;
  /** Nothing gets through. */
  down?: boolean;
}

/** A direction that is left out stays as it is. */
export interface Directions {
  /** What the person sends. */
  fromPerson?: Conditions;
  /** What the person receives. */
  toPerson?: Conditions;
}

/** A person's line: two devices, with a program between them that loses, delays and slows. It ends with this process. */
export class Line {
  readonly #relay: ChildProcess;
  /** Whoever waits for the relay's next words, in turn. */
  readonly #waiting: { resolve(): void; reject(error: Error): void }[] = [];

  private constructor(relay: ChildProcess) {
    this.#relay = relay;
    // It may be killed while conditions are on their way to it.
    relay.stdin?.on('error', () => undefined);
    if (relay.stdout) {
      createInterface(relay.stdout).on('line', (line) => {
        const { error } = JSON.parse(line);
        const next = this.#waiting.shift();
        if (error === undefined) next?.resolve();
        else next?.reject(new Error(error));
      });
    }
    relay.once('exit', () => {
      for (const { reject } of this.#waiting.splice(0)) reject(new Error('The relay has ended.'));
    });
  }

  /**
   * Makes both devices in one namespace; they may be moved to others.
   * @param devices The person's and the network's.
   * @param seed Of everything that is left to chance.
   */
  static async lay(namespace: string, devices: readonly [person: string, network: string], seed: number) {
    if (!existsSync(program)) throw new Error('The relay is not built: dotnet build -c Release lab/Relay');
    const [person, network] = devices;
    const relay = ['dotnet', program, '--left', person, '--right', network, '--seed', String(seed)];
    const [command = '', ...args] = [...within(namespace), ...relay];
    const line = new Line(spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'] }));
    await line.#heard();
    return line;
  }

  /** Resolves when they hold, and rejects with the reason where they cannot. */
  async set({ fromPerson, toPerson }: Directions): Promise<void> {
    this.#relay.stdin?.write(`${JSON.stringify({ toRight: fromPerson, toLeft: toPerson })}\n`);
    await this.#heard();
  }

  /** The same for both directions. */
  setBoth(conditions: Conditions): Promise<void> {
    return this.set({ fromPerson: conditions, toPerson: conditions });
  }

  #heard(): Promise<void> {
    if (this.#relay.exitCode !== null) return Promise.reject(new Error('The relay has ended.'));
    return new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }));
  }
}
