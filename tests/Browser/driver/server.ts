import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, statSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const builds = ['publish/Sightline.Server/release', 'bin/Sightline.Server/release', 'bin/Sightline.Server/debug'].map(
  (folder) => fileURLToPath(new URL(`../../../artifacts/dotnet/${folder}/Sightline.Server.dll`, import.meta.url)),
);

/** What was built last: whoever changes the server and builds it in whatever way tries just that. */
function newestBuild(): string {
  const [newest] = builds.filter(existsSync).sort((a, b) => statSync(b).mtimeMs - statSync(a).mtimeMs);
  if (newest === undefined) throw new Error('The server is not built: dotnet publish -c Release src/Sightline.Server');
  return newest;
}

/** Enough to see why a start failed. */
const maxLogLines = 200;

/** Where and how a server runs, when that is not simply this machine and the last build. */
export interface Place {
  /** What browsers open; the server listens there too. */
  url?: string;
  /** The words in front of its command, which take it there. */
  via?: readonly string[];
  /** Its command, without the server's own options. */
  command?: readonly string[];
}

/** The real server, with its own database in a folder of its own. */
export class Server {
  #process: ChildProcess | undefined;

  private constructor(
    readonly url: string,
    private readonly place: Place,
    readonly dataFolder: string,
    private readonly settings: Record<string, string>,
    private readonly heard: (line: string) => void,
  ) {}

  /** @param heard everything that the server says, line by line */
  static async start(
    settings: Record<string, string> = {},
    place: Place = {},
    heard: (line: string) => void = () => {},
  ): Promise<Server> {
    const dataFolder = await mkdtemp(join(tmpdir(), 'sightline-browser-'));
    const { url = `http://localhost:${await freePort()}` } = place;
    const server = new Server(url, place, dataFolder, settings, heard);
    await server.start();
    return server;
  }

  get processId(): number {
    const id = this.#process?.pid;
    if (id === undefined) throw new Error('The server is not running.');
    return id;
  }

  async start(): Promise<void> {
    // The tests all sign up from one address.
    const settings = { 'Data:Folder': this.dataFolder, 'Accounts:AttemptsPerMinute': '10000', ...this.settings };
    const { via = [], command: ofServer = ['dotnet', newestBuild()] } = this.place;
    const [command = 'dotnet', ...args] = [...via, ...ofServer, `--urls=${this.url}`];
    const child = spawn(command, [...args, ...Object.entries(settings).map(([key, value]) => `--${key}=${value}`)], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ASPNETCORE_ENVIRONMENT: 'Development' },
    });
    this.#process = child;
    const log: string[] = [];
    await new Promise<void>((resolve, reject) => {
      for (const stream of [child.stdout, child.stderr]) {
        createInterface(stream).on('line', (line) => {
          log.push(line);
          this.heard(line);
          if (log.length > maxLogLines) log.shift();
          if (line.includes('Sightline is ready')) resolve();
        });
      }
      child.once('exit', () => reject(new Error(`The server did not start:\n${log.join('\n')}`)));
    });
  }

  /** Like Ctrl-C; resolves when the process is gone. */
  async stop(signal: NodeJS.Signals = 'SIGINT'): Promise<void> {
    const child = this.#process;
    this.#process = undefined;
    if (!child || child.exitCode !== null) return;
    const exited = once(child, 'exit');
    child.kill(signal);
    await exited;
  }

  /** Ctrl-C as a terminal does it, for a server that was started `via` setsid: every process of its group hears it. */
  async interruptGroup(): Promise<{ exitCode: number | null }> {
    const child = this.#process;
    const exited = child && once(child, 'exit');
    process.kill(-this.processId, 'SIGINT');
    await exited;
    this.#process = undefined;
    return { exitCode: child?.exitCode ?? null };
  }

  async dispose(): Promise<void> {
    await this.stop();
    await rm(this.dataFolder, { recursive: true, force: true });
  }
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  await once(probe, 'close');
  if (address === null || typeof address === 'string') throw new Error('No free port.');
  return address.port;
}
