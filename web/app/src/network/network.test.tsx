import type { IceServerResult, IceTest, IceTrouble } from '@sightline/sdk';
import { render, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { describe, expect, it } from 'vitest';
import { App } from '../App';
import { FakeSightline } from '../testing/fakeSightline';
import { factRows, figureWords, iceReport, troubleOf, verdictOf } from './iceWords';
import { iceTest } from './samples';

const open = iceTest('open', () => true);
const udpBlocked = iceTest('tcp_only', (transport) => transport !== 'udp');

function show(...steps: FakeSightline['iceSteps']) {
  const sightline = new FakeSightline();
  sightline.iceSteps = steps;
  location.hash = 'network';
  render(<App sightline={sightline} />);
  return sightline;
}

describe('the network page', () => {
  it('is reached from the devices', async () => {
    const user = userEvent.setup();
    const sightline = new FakeSightline();
    sightline.iceSteps = [open];
    render(<App sightline={sightline} />);
    await user.click(await screen.findByRole('button', { name: 'Check your devices' }));
    await user.click(await screen.findByRole('button', { name: 'Check your network' }));
    expect(await screen.findByRole('heading', { name: 'Calls work here.' })).toBeTruthy();
    await user.click(screen.getByRole('button', { name: 'Back' }));
    await waitFor(() => expect(document.querySelector('[data-screen="home"]')).toBeTruthy());
  });

  it('says what works, what does not, and why', async () => {
    show(udpBlocked);
    await screen.findByRole('heading', { name: 'Calls work here, but only through a relay over TCP.' });
    const failing = [...document.querySelectorAll('[data-ice-state="fails"]')];
    expect(failing.map((one) => one.getAttribute('data-ice-server'))).toEqual([
      'stun:turn.example.org:3478',
      'turn:turn.example.org:3478?transport=udp',
    ]);
    expect(failing[0]?.textContent).toContain('No answer. The network here does not let it through');
    expect(failing[0]?.textContent).toContain('(701)');
    expect(document.querySelector('[data-ice-server^="turns:"]')?.textContent).toContain('23 ms there and back');
  });

  it('can be tested again', async () => {
    const user = userEvent.setup();
    const sightline = show(udpBlocked);
    await screen.findByRole('heading', { name: /only through a relay over TCP/ });
    sightline.iceSteps = [open];
    await user.click(screen.getByRole('button', { name: 'Test again' }));
    expect(await screen.findByRole('heading', { name: 'Calls work here.' })).toBeTruthy();
  });

  it('gives a report to copy, with the figures for machines on its last line', async () => {
    const user = userEvent.setup();
    show(open);
    await user.click(await screen.findByRole('button', { name: 'Copy the report' }));
    await screen.findByText('Copied.');
    const text = await navigator.clipboard.readText();
    expect(text).toMatch(/^Calls work here\./);
    expect(JSON.parse(text.split('\n').at(-1) ?? '')).toEqual(open);
  });

  it('that could not begin offers to try again', async () => {
    const user = userEvent.setup();
    const sightline = show();
    await screen.findByRole('alert');
    sightline.iceSteps = [open];
    await user.click(screen.getByRole('button', { name: 'Try again' }));
    expect(await screen.findByRole('heading', { name: 'Calls work here.' })).toBeTruthy();
  });
});

describe('the words', () => {
  const [server] = open.servers as [IceServerResult];

  it.each<[IceTrouble, number, RegExp]>([
    ['credentials', 401, /does not accept the credentials.*\(401\)/],
    ['mismatch', 437, /in use already.*\(437\)/],
    ['unreachable', 701, /No answer.*\(701\)/],
  ])('explain %s', (trouble, errorCode, words) => {
    expect(troubleOf({ ...server, trouble, errorCode })).toMatch(words);
  });

  it('give figures as far as there are any', () => {
    expect(figureWords(server)).toBe('answered in 31 ms');
    expect(figureWords({ ...server, gatheredMs: null })).toBe('');
    const relay = { ...server, roundTripMs: 23.4, lossShare: 0.05, throughputBps: 18_400_000 };
    expect(figureWords(relay)).toBe('23 ms there and back, 5 % lost, at least 18.4 Mbit/s');
  });

  it('do not blame the network where page and servers are on the same computer', () => {
    const test = iceTest('blocked', () => false);
    const at = (host: string) => ({
      ...test,
      servers: test.servers.map((one) => ({ ...one, url: one.url.replace('turn.example.org', host) })),
    });
    for (const host of ['127.0.0.1', '[::1]', 'localhost']) {
      expect(verdictOf(at(host)).title).toBe('This cannot be told here.');
      expect(troubleOf(at(host).servers[0] as IceServerResult)).toMatch(/on this computer.*\(701\)/);
    }
    for (const host of ['127.example.org', '203.0.113.20', '[2001:db8::1]'])
      expect(verdictOf(at(host)).title).toBe('Calls to other networks do not work here.');
    const [, relay] = at('127.0.0.1').servers as [IceServerResult, IceServerResult];
    expect(troubleOf({ ...relay, trouble: 'no_media', errorCode: null })).toMatch(/refuses to relay to the computer/);
  });

  it('do not say that nothing was seen where servers answer, and only the way to them is hidden', () => {
    const familyOf = (test: IceTest) => new Map(factRows(test, 0)).get('Reaches servers by');
    expect(familyOf(open)).toBe('IPv4');
    expect(familyOf({ ...open, ipv4: false })).toBe('Cannot be told from here');
    expect(familyOf(iceTest('blocked', () => false))).toBe('Nothing seen');
  });

  it('say what is hidden behind names of mDNS, and which kind of router there is', () => {
    const rows = (change: Partial<IceTest>) => new Map(factRows({ ...open, ...change }, 0));
    expect(rows({ hidesAddresses: true }).get('Addresses')).toMatch(/^Hidden behind mDNS names/);
    expect(rows({ hidesAddresses: false }).get('Addresses')).toBe('Not hidden from calls');
    const kinds = ['none', 'one_port', 'port_each', 'unknown'] as const;
    const words = kinds.map((nat) => rows({ nat }).get('Router (NAT)'));
    expect(words.map((one) => one?.split(/[ :]/)[0])).toEqual(['None', 'One', 'Another', 'Cannot']);
    expect(rows({ ipv6: true }).get('Reaches servers by')).toBe('IPv4 and IPv6');
  });

  it('say when the clock of the device does not fit the credentials', () => {
    expect(iceReport({ ...open, credentialsEndAtMs: 0 }, 1_000)).toContain('They have ended');
    expect(iceReport({ ...open, credentialsEndAtMs: 90 * 60_000 }, 0)).toContain('Good for 90 min');
  });
});
