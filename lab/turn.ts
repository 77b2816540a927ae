import { execFileSync, spawn } from 'node:child_process';
import { createHash, randomBytes, X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { within } from './namespaces';
import { publicAddresses } from './network';

const port = 3478;
const tlsPort = 443;
/** Enough to see why a start failed. */
const maxLogLines = 100;
const startLimitMs = 15_000;

export interface Turn {
  secret: string;
  /** One entry of `Ice:Servers`. */
  urls: readonly string[];
  /** SHA-256 of the certificate's public key, base64: what a browser has to be told to accept it. */
  keyHash: string;
  stop(): Promise<void>;
}

/** A real coturn on its public address: UDP, TCP and, with a certificate of its own, TLS. */
export async function startTurn(namespace: string): Promise<Turn> {
  const folder = mkdtempSync(join(tmpdir(), 'sightline-lab-turn-'));
  const [key, certificate] = [join(folder, 'key.pem'), join(folder, 'certificate.pem')];
  const request = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=Sightline lab'];
  const forAddress = ['-addext', `subjectAltName=IP:${publicAddresses.turn}`, '-keyout', key, '-out', certificate];
  execFileSync('openssl', [...request, ...forAddress], { stdio: 'pipe' });
  const secret = randomBytes(24).toString('hex');
  const configuration = join(folder, 'turnserver.conf');
  const lines = [
    `listening-ip=${publicAddresses.turn}`,
    `relay-ip=${publicAddresses.turn}`,
    `listening-port=${port}`,
    `tls-listening-port=${tlsPort}`,
    `cert=${certificate}`,
    `pkey=${key}`,
    'realm=sightline',
    'use-auth-secret',
    `static-auth-secret=${secret}`,
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
  writeFileSync(configuration, `${lines.join('\n')}\n`, { mode: 0o600 });

  const [command = '', ...args] = [...within(namespace), 'turnserver', '-c', configuration];
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const log: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    createInterface(stream).on('line', (line) => {
      log.push(line);
      if (log.length > maxLogLines) log.shift();
    });
  }
  const deadline = Date.now() + startLimitMs;
  while (!isListening(namespace)) {
    if (child.exitCode !== null || Date.now() > deadline) throw new Error(`coturn did not start:\n${log.join('\n')}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }

  const { turn } = publicAddresses;
  return {
    secret,
    urls: [
      `stun:${turn}:${port}`,
      `turn:${turn}:${port}?transport=udp`,
      `turn:${turn}:${port}?transport=tcp`,
      `turns:${turn}:${tlsPort}?transport=tcp`,
    ],
    keyHash: createHash('sha256')
      .update(new X509Certificate(readFileSync(certificate)).publicKey.export({ type: 'spki', format: 'der' }))
      .digest('base64'),
    stop: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const exited = once(child, 'exit');
      child.kill('SIGKILL');
      await exited;
    },
  };
}

function isListening(namespace: string): boolean {
  const [command = '', ...args] = [...within(namespace), 'ss', '-Hltn', `sport = :${port} or sport = :${tlsPort}`];
  const listeners = execFileSync(command, args, { encoding: 'utf8' });
  return listeners.includes(`:${port} `) && listeners.includes(`:${tlsPort} `);
}
