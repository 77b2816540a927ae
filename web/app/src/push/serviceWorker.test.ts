import { readFileSync } from 'node:fs';
import { runInNewContext } from 'node:vm';
import { describe, expect, it, vi } from 'vitest';

const source = readFileSync('public/service-worker.js', 'utf8');
const soon = '2026-11-21T12:00:45Z';
const now = Date.parse('2026-11-21T12:00:00Z');
const call = {
  type: 'call',
  call_id: 'c1',
  call_type: 'video',
  caller: { person_id: 'bob', display_name: 'Bob' },
  ring_expires_at: soon,
};

interface Shown {
  title: string;
  tag: string;
  actions: { action: string }[];
  data: unknown;
  close(): void;
}

/** The file itself, in a browser that consists of what it touches. */
function worker(windows: { visibilityState: string; postMessage: unknown; focus: unknown }[] = []) {
  const listeners = new Map<string, (event: object) => void>();
  let shown: Shown[] = [];
  const close = (tag: string) => {
    shown = shown.filter((one) => one.tag !== tag);
  };
  const openWindow = vi.fn(async () => null);
  const fetch = vi.fn(async (_url: string, _init?: object) => ({
    ok: true,
    json: async () => ({ antiforgery_token: 'token' }),
  }));
  const self = {
    addEventListener: (type: string, listener: (event: object) => void) => listeners.set(type, listener),
    clients: { matchAll: async () => windows, openWindow },
    registration: {
      showNotification: async (title: string, options: Omit<Shown, 'title' | 'close'>) => {
        close(options.tag);
        shown.push({ title, ...options, close: () => close(options.tag) });
      },
      getNotifications: async ({ tag }: { tag: string }) => shown.filter((one) => one.tag === tag),
    },
  };
  class FixedDate extends Date {
    static override now = () => now;
  }
  runInNewContext(source, { self, fetch, Date: FixedDate, encodeURIComponent });
  const tell = async (type: string, event: object) => {
    let work: Promise<unknown> = Promise.resolve();
    listeners.get(type)?.({
      ...event,
      waitUntil: (promise: Promise<unknown>) => {
        work = promise;
      },
    });
    await work;
  };
  return {
    listeners,
    openWindow,
    fetch,
    shown: () => shown,
    push: (message: unknown) => tell('push', { data: { json: () => message } }),
    press: (action: string) => tell('notificationclick', { notification: shown[0], action }),
  };
}

const window = (visibilityState: string) => ({ visibilityState, postMessage: vi.fn(), focus: vi.fn(async () => {}) });

describe('the service worker', () => {
  it('rings while no tab is open, with what can be done about it', async () => {
    const { push, shown } = worker();
    await push(call);
    expect(shown()).toMatchObject([
      { title: 'Bob is calling', actions: [{ action: 'answer' }, { action: 'decline' }] },
    ]);
  });

  it('leaves the ringing to a tab that is looked at, and rings over one that is not', async () => {
    const looked = worker([window('visible')]);
    await looked.push(call);
    expect(looked.shown()).toEqual([]);
    const hidden = worker([window('hidden')]);
    await hidden.push(call);
    expect(hidden.shown()).toHaveLength(1);
  });

  it('is silent when the call rings no longer', async () => {
    const { push, shown } = worker();
    await push(call);
    await push({ type: 'call_over', call_id: 'another' });
    expect(shown()).toHaveLength(1);
    await push({ type: 'call_over', call_id: 'c1' });
    expect(shown()).toEqual([]);
  });

  it('says that a call was missed when the message comes late', async () => {
    const { push, shown } = worker();
    await push({ ...call, ring_expires_at: '2026-11-21T11:59:59Z' });
    expect(shown()).toMatchObject([{ title: 'You missed a call from Bob', actions: [] }]);
  });

  it('opens the app at the call', async () => {
    const { push, press, openWindow, shown } = worker();
    await push(call);
    await press('');
    expect(openWindow).toHaveBeenCalledWith('/#call=c1');
    expect(shown()).toEqual([]);
    await push(call);
    await press('answer');
    expect(openWindow).toHaveBeenLastCalledWith('/#answer=c1');
  });

  it('takes the tab that is open, and tells it to answer', async () => {
    const tab = window('hidden');
    const { push, press, openWindow } = worker([tab]);
    await push(call);
    await press('answer');
    expect(tab.postMessage).toHaveBeenCalledWith({ type: 'open_call', call_id: 'c1', answer: true });
    expect(tab.focus).toHaveBeenCalled();
    expect(openWindow).not.toHaveBeenCalled();
  });

  it('declines without opening anything', async () => {
    const { push, press, fetch, openWindow } = worker();
    await push(call);
    await press('decline');
    expect(fetch).toHaveBeenLastCalledWith('/calls/c1/decline', {
      method: 'POST',
      headers: { 'X-Sightline-Antiforgery': 'token' },
    });
    expect(openWindow).not.toHaveBeenCalled();
  });

  it('ignores what it does not understand', async () => {
    const { push, shown } = worker();
    for (const message of [null, 'call', { type: 'call' }, { type: 'other', call_id: 'c1' }]) await push(message);
    expect(shown()).toEqual([]);
  });

  it('never stands between the page and the server', () => {
    expect([...worker().listeners.keys()]).not.toContain('fetch');
  });
});
