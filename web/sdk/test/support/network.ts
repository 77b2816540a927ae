import type { Clock } from './clock.js';
import type { FakePeerConnection } from './peer-connection.js';

/** The network between all peer connections. */
export class Network {
  readonly connections: FakePeerConnection[] = [];
  /** The next description of this kind cannot be set, as with a browser that has a bad day. */
  fails: 'local' | 'remote' | null = null;
  /** How often in a row. */
  failures = 1;
  /** What the browser of a person cannot do anything with. */
  rejects: (person: string, sdp: string) => boolean = () => false;
  /** The video codecs of people whose browsers have others than most. */
  readonly videoCodecs = new Map<string, readonly string[]>();
  /** People whose TURN server answers. */
  readonly relayed = new Set<string>();
  /** Who is reached, and reaches others, without having told candidates: their descriptions hold them. */
  readonly lite = new Set<string>();
  readonly #severed = new Set<string>();
  #up = true;

  constructor(readonly clock: Clock) {}

  get open(): number {
    return this.connections.filter((connection) => connection.signalingState !== 'closed').length;
  }

  /** Nothing gets from one of these people to the other any more. */
  sever(one: string, other: string): void {
    this.#severed.add([one, other].sort().join());
    for (const connection of this.connections) connection.interrupted();
  }

  get up(): boolean {
    return this.#up;
  }

  reaches(one: string, other: string): boolean {
    return this.#up && !this.#severed.has([one, other].sort().join());
  }

  cut(): void {
    this.#up = false;
    for (const connection of this.connections) connection.interrupted();
  }

  /** Everything gets from everybody to everybody again. */
  mend(): void {
    this.#severed.clear();
    this.heal();
  }

  /** Nothing gets through, and no browser has noticed. */
  silence(): void {
    this.#up = false;
  }

  /** Nothing gets through these connections any more; others may do. */
  breaks(...connections: readonly FakePeerConnection[]): void {
    for (const connection of connections) connection.broken = true;
    for (const connection of connections) connection.interrupted();
  }

  heal(): void {
    this.#up = true;
    for (const connection of this.connections) connection.tryToConnect();
  }
}
