import { spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'puppeteer-core';
import { type BrowserName, executables, launch } from '../tests/Browser/driver/browsers';
import { within } from './namespaces';

export interface Trust {
  /** Origins that count as secure, although they have no TLS. */
  origins: readonly string[];
  /** The public key of the TURN server's certificate. */
  keyHash: string;
}

/**
 * A browser inside a namespace, driven from outside.
 * @param further Flags; Chromium only.
 */
export async function launchWithin(
  namespace: string,
  name: BrowserName,
  trust: Trust,
  further: readonly string[] = [],
): Promise<Browser> {
  const executable = wrap(namespace, executables[name]);
  if (name === 'chromium') {
    const flags = [
      `--unsafely-treat-insecure-origin-as-secure=${trust.origins.join(',')}`,
      `--ignore-certificate-errors-spki-list=${trust.keyHash}`,
      ...further,
    ];
    return launch(name, { executable, pipe: true, flags });
  }
  const door = await openDoor(namespace);
  const hosts = trust.origins.map((origin) => new URL(origin).hostname).join(',');
  const preferences = { 'dom.securecontext.allowlist': hosts };
  const browser = await launch(name, { executable, debuggingPort: (door.address() as AddressInfo).port, preferences });
  browser.once('disconnected', () => door.close());
  return browser;
}

/** A program that starts another one inside the namespace. */
function wrap(namespace: string, executable: string): string {
  const path = join(mkdtempSync(join(tmpdir(), 'sightline-lab-')), 'browser');
  writeFileSync(path, `#!/bin/sh\nexec ${within(namespace).join(' ')} ${executable} "$@"\n`);
  chmodSync(path, 0o755);
  return path;
}

/** Connects to the port that is its argument, and is a pipe to it. */
const pipe = `
const socket = require('node:net').connect(Number(process.argv[1]), '127.0.0.1');
process.stdin.pipe(socket).pipe(process.stdout);
socket.on('error', () => process.exit(1));
`;

/** Firefox is driven through a port. This one, outside, leads to the same one inside. */
async function openDoor(namespace: string): Promise<Server> {
  const door = createServer((socket) => {
    const { port } = door.address() as AddressInfo;
    const [command = '', ...args] = [...within(namespace), process.execPath, '-e', pipe, String(port)];
    const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'] });
    socket.pipe(child.stdin);
    child.stdout.pipe(socket);
    const end = () => {
      socket.destroy();
      child.kill();
    };
    for (const side of [socket, child.stdin, child.stdout]) side.on('error', end);
    socket.on('close', end);
    child.on('exit', end);
  });
  await new Promise<void>((resolve) => door.listen(0, '127.0.0.1', resolve));
  return door;
}
