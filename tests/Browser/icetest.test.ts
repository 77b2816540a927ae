import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Browser } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { IceTest } from '../../web/sdk/src/api';
import { launch } from './driver/browsers';
import { Person, password, someone } from './driver/person';
import { Server } from './driver/server';

const sightline = fileURLToPath(new URL('../../sightline', import.meta.url));

describe('sightline ice-test', () => {
  let browser: Browser;
  let url: string;

  beforeAll(async () => {
    browser = await launch('chromium');
    url = inject('serverUrl');
  });

  afterAll(() => browser.close());

  it('signs in as whoever it is told to be, and ends with the test as JSON', async () => {
    const ada = await Person.signUp(browser, url, someone('Ada'));
    const { code, out } = await run([url], { email: ada.email, password });
    expect(read(out).servers.map(({ kind, transport }) => `${kind} ${transport}`)).toEqual([
      'stun udp',
      'turn udp',
      'turn tcp',
    ]);
    // At the computer's own address, where no relay may lead: nothing that works has been seen.
    expect({ code, verdict: read(out).verdict }).toEqual({ code: 1, verdict: 'no_relay' });
    expect(out).toContain('This cannot be told here.');
    expect(out).not.toContain(ada.email);
    await ada.leaves();
  });

  it('is a demo person where there are any', async () => {
    const { out } = await run([url]);
    expect(read(out).verdict).toBe('no_relay');
  });

  it('tells a TURN server that does not take the credentials from one that does not answer', async () => {
    const ada = await Person.signUp(browser, url, someone('Ada'));
    const turn = await turnOf(ada);
    await ada.leaves();
    const elsewhere = await Server.start({
      'Ice:Servers:0:Urls:0': turn,
      'Ice:Servers:0:Urls:1': 'turn:127.0.0.1:9?transport=udp',
      'Ice:TurnSecret': 'not-the-secret-of-the-TURN-server',
    });
    try {
      const { code, out } = await run([elsewhere.url]);
      const [refuses, silent] = read(out).servers.map(({ trouble, errorCode }) => ({ trouble, errorCode }));
      expect(code).toBe(1);
      expect(refuses).toEqual({ trouble: 'credentials', errorCode: 401 });
      expect(silent?.trouble).toBe('unreachable');
      expect(out).toMatch(/does not accept the credentials.*\(401\)/);
    } finally {
      await elsewhere.dispose();
    }
  });

  it.each([
    ['nobody answers', ['http://localhost:9'], {}, 1, /localhost:9 does not answer/],
    ['the password is wrong', [], { email: 'nobody@example.org', password: 'not the secret' }, 1, /password/i],
    ['it gets no address', ['here'], {}, 2, /takes the address of a server/],
  ])('says why it fails where %s', async (_, args, account, expected, words) => {
    const { code, errors } = await run(args.length > 0 ? args : [url], account);
    expect({ code, errors }).toEqual({ code: expected, errors: expect.stringMatching(words) });
  });
});

/** Where this person's server sends browsers for a relay over UDP. */
function turnOf({ page }: Person): Promise<string> {
  return page.evaluate(async () => {
    const { ice_servers: servers } = await (await fetch('/ice-servers')).json();
    return servers
      .flatMap(({ urls }: { urls: string[] }) => urls)
      .find((one: string) => one.startsWith('turn:') && !one.includes('tcp'));
  });
}

/** The last line. */
function read(out: string): IceTest {
  return JSON.parse(out.trimEnd().split('\n').at(-1) ?? '');
}

function run(args: readonly string[], account: { email?: string; password?: string } = {}) {
  const env = { ...process.env, SIGHTLINE_EMAIL: account.email, SIGHTLINE_PASSWORD: account.password };
  return new Promise<{ code: number; out: string; errors: string }>((resolve) => {
    const child = execFile(sightline, ['ice-test', ...args], { env }, (_, out, errors) =>
      resolve({ code: child.exitCode ?? -1, out, errors }),
    );
  });
}
