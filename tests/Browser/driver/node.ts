import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const builds = ['release', 'debug'].map((configuration) =>
  fileURLToPath(
    new URL(`../../../artifacts/dotnet/bin/Sightline.Media/${configuration}/Sightline.Media.dll`, import.meta.url),
  ),
);

/** What a media node counts of one session. */
export interface Counts {
  state: 'Connecting' | 'Connected' | 'Ended';
  end: string;
  audio_packets: number;
  video_packets: number;
  rtcp_packets: number;
  other_packets: number;
}

type Reply = { session_id?: number; answer?: string; problem?: string; closed?: boolean } & Partial<Counts>;

/** A media node in a process of its own: an order is a line, and so is what it says to it. */
export class MediaNode {
  readonly #lines: AsyncIterator<string>;

  private constructor(readonly process: ChildProcess & { stdin: NonNullable<ChildProcess['stdin']> }) {
    if (process.stdout === null) throw new Error('The node has no output.');
    this.#lines = createInterface(process.stdout)[Symbol.asyncIterator]();
  }

  static async start(): Promise<MediaNode> {
    const build = builds.find(existsSync);
    if (build === undefined)
      throw new Error('The media node is not built: dotnet build -c Release src/Sightline.Media');
    const child = spawn('dotnet', [build], { stdio: ['pipe', 'pipe', 'inherit'] });
    const node = new MediaNode(child);
    await node.#reply();
    return node;
  }

  async answer(offer: string): Promise<{ sessionId: number; answer: string }> {
    const { session_id: sessionId, answer, problem } = await this.#ask({ offer });
    if (sessionId === undefined || answer === undefined) throw new Error(`The node has no answer: ${problem}.`);
    return { sessionId, answer };
  }

  async count(sessionId: number): Promise<Counts> {
    return (await this.#ask({ count: sessionId })) as Counts;
  }

  async close(sessionId: number): Promise<void> {
    await this.#ask({ close: sessionId });
  }

  async stop(): Promise<void> {
    const gone = once(this.process, 'exit');
    this.process.stdin.end();
    await gone;
  }

  #ask(order: object): Promise<Reply> {
    this.process.stdin.write(`${JSON.stringify(order)}\n`);
    return this.#reply();
  }

  async #reply(): Promise<Reply> {
    const { value, done } = await this.#lines.next();
    if (done) throw new Error('The media node ended.');
    return JSON.parse(value);
  }
}
