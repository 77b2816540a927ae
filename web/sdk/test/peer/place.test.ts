import { afterEach, expect, it, vi } from 'vitest';
import { Scope } from '../../src/lifetime.js';
import { place } from '../../src/peer/place.js';
import type { Runtime } from '../../src/runtime.js';

const frame = { hidden: false, contentWindow: {}, remove: vi.fn() };
const append = vi.fn();

afterEach(() => {
  vi.unstubAllGlobals();
  vi.resetAllMocks();
});

function inBrowser(navigator: object): Scope {
  vi.stubGlobal('navigator', navigator);
  vi.stubGlobal('document', { createElement: () => frame, body: { append } });
  const scope = new Scope({} as Runtime);
  place(scope);
  return scope;
}

it('is a window of its own in Chromium, which goes with the connection', () => {
  const scope = inBrowser({ userAgentData: {} });
  expect(append).toHaveBeenCalledExactlyOnceWith(frame);
  expect(frame.hidden).toBe(true);
  expect(scope.place).toBe(frame.contentWindow);
  expect(frame.remove).not.toHaveBeenCalled();
  scope.dispose();
  expect(frame.remove).toHaveBeenCalledOnce();
});

it('is the page elsewhere', () => {
  expect(inBrowser({}).place).toBeUndefined();
  expect(append).not.toHaveBeenCalled();
});
