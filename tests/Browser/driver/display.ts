import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

/** A screen that nobody looks at, Xvfb, for browsers with real windows. */
export class Display {
  private constructor(
    /** For the programs whose windows are on it. */
    readonly environment: NodeJS.ProcessEnv,
    private readonly server: ChildProcess,
  ) {}

  static async start(environment: NodeJS.ProcessEnv, width = 1280, height = 800): Promise<Display> {
    // It takes a number that is free, and says which once it listens.
    const words = ['-displayfd', '3', '-screen', '0', `${width}x${height}x24`, '-nolisten', 'tcp'];
    const server = spawn('Xvfb', words, { stdio: ['ignore', 'ignore', 'ignore', 'pipe'] });
    const ended = once(server, 'exit').then(([code]) => Promise.reject(new Error(`Xvfb has ended with ${code}.`)));
    ended.catch(() => {});
    const [number] = await Promise.race([once(server.stdio[3] as NodeJS.ReadableStream, 'data'), ended]);
    return new Display({ ...environment, DISPLAY: `:${String(number).trim()}` }, server);
  }

  async dispose(): Promise<void> {
    if (this.server.exitCode !== null) return;
    const exited = once(this.server, 'exit');
    this.server.kill();
    await exited;
  }
}
