import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Browser } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { IceTest } from '../../web/sdk/src/api';
import { launch } from './driver/browsers';
import { Person, password, someone } from './driver/person';

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

  it.each([
    ['nobody answers', ['http://localhost:9'], {}, 1, /localhost:9 does not answer/],
    ['the password is wrong', [], { email: 'nobody@example.org', password: 'not the secret' }, 1, /password/i],
    ['it gets no address', ['here'], {}, 2, /takes the address of a server/],
  ])('says why it fails where %s', async (_, args, account, expected, words) => {
    const { code, errors } = await run(args.length > 0 ? args : [url], account);
    expect({ code, errors }).toEqual({ code: expected, errors: expect.stringMatching(words) });
  });
});

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
