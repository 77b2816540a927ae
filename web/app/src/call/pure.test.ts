import { describe, expect, it } from 'vitest';
import { stats } from '../testing/samples';
import { corners, cornerTowards, isCorner, nearestCorner, nextCorner } from './corners';
import { fitOf } from './fitOf';
import { grantSteps } from './grantSteps';
import { statsRows } from './statsRows';

describe('the corners of one’s own picture', () => {
  it('are all reached by clicks and by arrow keys', () => {
    expect(new Set(corners.map(nextCorner)).size).toBe(4);
    expect(cornerTowards('bottom-right', 'ArrowUp')).toBe('top-right');
    expect(cornerTowards('top-right', 'ArrowLeft')).toBe('top-left');
    expect(cornerTowards('top-left', 'ArrowDown')).toBe('bottom-left');
    expect(cornerTowards('bottom-left', 'ArrowRight')).toBe('bottom-right');
    expect(cornerTowards('bottom-left', 'Enter')).toBe('bottom-left');
  });

  it('catch what is dropped near them', () => {
    const box = { width: 400, height: 800 };
    expect(nearestCorner({ x: 190, y: 420 }, box)).toBe('bottom-left');
    expect(nearestCorner({ x: 210, y: 380 }, box)).toBe('top-right');
  });

  it('are recognised when remembered', () => {
    expect([isCorner('top-left'), isCorner('middle'), isCorner(null)]).toEqual([true, false, false]);
  });
});

describe('the picture of the other', () => {
  it('fills the window, except where that would cut a face at forehead and chin', () => {
    expect(fitOf(16 / 9, 16 / 10)).toBe('cover');
    expect(fitOf(16 / 9, 9 / 19)).toBe('cover');
    expect(fitOf(9 / 16, 9 / 19)).toBe('cover');
    expect(fitOf(9 / 16, 16 / 9)).toBe('contain');
  });
});

describe('the figures of the connection', () => {
  it('are given in the units that people know', () => {
    expect(Object.fromEntries(statsRows(stats))).toEqual({
      Receiving: '2.3 Mbit/s',
      Sending: '1.6 Mbit/s',
      'Round trip': '42 ms',
      'Packet loss': '0.4 %',
      Jitter: '3 ms',
      Picture: '1280 × 720, 30 fps, VP9',
      Path: 'Direct',
    });
  });

  it('are dashes where nothing is known', () => {
    expect(statsRows(null).every(([, value]) => value === '–')).toBe(true);
  });

  it('name a relay on either side', () => {
    const rows = statsRows({ ...stats, remoteCandidateType: 'relay' });
    expect(Object.fromEntries(rows).Path).toBe('Through a relay');
  });
});

describe('the way to grant camera and microphone', () => {
  const agents = {
    firefox: 'Mozilla/5.0 (X11; Linux x86_64; rv:153.0) Gecko/20100101 Firefox/153.0',
    chrome: 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36',
    android: 'Mozilla/5.0 (Linux; Android 16) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Mobile',
    safari: 'Mozilla/5.0 (Macintosh) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Safari/605.1.15',
    iphone: 'Mozilla/5.0 (iPhone; CPU iPhone OS 26_0 like Mac OS X) AppleWebKit/605.1.15 Version/26.0 Safari/604.1',
    unknown: 'Something/1.0',
  };

  it('is told for the browser at hand', () => {
    const first = Object.values(agents).map((agent) => grantSteps(agent, true)[0]);
    expect(new Set(first).size).toBe(first.length);
    expect(grantSteps(agents.firefox, true)[0]).toContain('crossed-out');
  });

  it('begins with https where the page has none', () => {
    expect(grantSteps(agents.chrome, false).join()).toContain('https://');
  });
});
