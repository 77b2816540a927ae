import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { createHash, randomBytes, X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { within } from './namespaces';

const port = 3478;
const tlsPort = 443;
/** Enough to see why a start failed. */
const maxLogLines = 100;
const startLimitMs = 15_000;

/** What TURN servers that stand for each other have in common. */
export interface TurnIdentity {
  secret: string;
  key: string;
  certificate: string;
  /** SHA-256 of the certificate's public key, base64: what a browser has to be told to accept it. */
  keyHash: string;
}

export function turnIdentity(addresses: readonly string[]): TurnIdentity {
  const folder = mkdtempSync(join(tmpdir(), 'sightline-lab-turn-'));
  const [key, certificate] = [join(folder, 'key.pem'), join(folder, 'certificate.pem')];
  const request = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=Sightline lab'];
  const names = addresses.map((address) => `IP:${address}`).join(',');
  const forAddresses = ['-addext', `subjectAltName=${names}`, '-keyout', key, '-out', certificate];
  execFileSync('openssl', [...request, ...forAddresses], { stdio: 'pipe' });
  const publicKey = new X509Certificate(readFileSync(certificate)).publicKey.export({ type: 'spki', format: 'der' });
  return {
    secret: randomBytes(24).toString('hex'),
    key,
    certificate,
    keyHash: createHash('sha256').update(publicKey).digest('base64'),
  };
}

/** A real coturn on its public addresses, each an IPv4 or an IPv6 one: UDP, TCP and TLS. */
export class Turn {
  readonly #configuration: string;
  #process: ChildProcess | undefined;

  constructor(
    private readonly namespace: string,
    readonly addresses: readonly string[],
    identity: TurnIdentity,
  ) {
    const folder = mkdtempSync(join(tmpdir(), 'sightline-lab-turn-'));
    this.#configuration = join(folder, 'turnserver.conf');
    const lines = [
      ...addresses.flatMap((address) => [`listening-ip=${address}`, `relay-ip=${address}`]),
      `listening-port=${port}`,
      `tls-listening-port=${tlsPort}`,
      `cert=${identity.certificate}`,
      `pkey=${identity.key}`,
      'realm=sightline',
      'use-auth-secret',
      `static-auth-secret=${identity.secret}`,
      'fingerprint',
      'no-multicast-peers',
      'no-tcp-relay',
      'no-rfc5780',
      'no-dtls',
      'no-cli',
      `userdb=${join(folder, 'turndb')}`,
      `pidfile=${join(folder, 'pid')}`,
      'log-file=stdout',
    ];
    writeFileSync(this.#configuration, `${lines.join('\n')}\n`, { mode: 0o600 });
  }

  /** One entry of `Ice:Servers`. */
  get urls(): readonly string[] {
    const hosts = this.addresses.map((address) => (address.includes(':') ? `[${address}]` : address));
    return hosts.flatMap((host) => [
      `stun:${host}:${port}`,
      `turn:${host}:${port}?transport=udp`,
      `turn:${host}:${port}?transport=tcp`,
      `turns:${host}:${tlsPort}?transport=tcp`,
    ]);
  }

  /** Resolves when it listens. Does nothing where it runs. */
  async start(): Promise<void> {
    if (this.#process) return;
    const [command = '', ...args] = [...within(this.namespace), 'turnserver', '-c', this.#configuration];
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    this.#process = child;
    const log: string[] = [];
    for (const stream of [child.stdout, child.stderr]) {
      createInterface(stream).on('line', (line) => {
        log.push(line);
        if (log.length > maxLogLines) log.shift();
      });
    }
    const deadline = Date.now() + startLimitMs;
    while (!this.#isListening()) {
      if (child.exitCode !== null || Date.now() > deadline) throw new Error(`coturn did not start:\n${log.join('\n')}`);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }

  /** Resolves when it is gone. It is killed: nobody is told. */
  async stop(): Promise<void> {
    const child = this.#process;
    this.#process = undefined;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill('SIGKILL');
    await exited;
  }

  #isListening(): boolean {
    const filter = `src ${this.addresses[0]} and ( sport = :${port} or sport = :${tlsPort} )`;
    const [command = '', ...args] = [...within(this.namespace), 'ss', '-Hltn', filter];
    const listeners = execFileSync(command, args, { encoding: 'utf8' });
    return listeners.includes(`:${port} `) && listeners.includes(`:${tlsPort} `);
  }
}
