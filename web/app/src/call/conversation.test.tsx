import { act, screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it, vi } from 'vitest';
import { fakeStream } from '../testing/fakeStream';
import { announced, at, openCall } from '../testing/openCall';
import { connectedCall } from '../testing/samples';

const button = (name: string | RegExp) => screen.getByRole('button', { name });
const start = () => {
  const call = connectedCall(fakeStream(), fakeStream());
  return { call, ...openCall(call) };
};
const ada = { personId: 'ada', displayName: 'Ada Lovelace' };

describe('the chat', () => {
  it('opens with C, sends, and closes with Escape', async () => {
    const { call, user } = start();
    await user.keyboard('c');
    const field = screen.getByRole('textbox', { name: 'Message' });
    expect(document.activeElement).toBe(field);
    await user.keyboard('Hello there{Enter}');
    expect(call.asked).toEqual(['chat Hello there']);
    expect(within(screen.getByRole('log', { name: 'Messages' })).getByText('Hello there')).toBeTruthy();
    expect((field as HTMLInputElement).value).toBe('');
    await user.keyboard('{Escape}');
    expect(screen.queryByRole('log')).toBeNull();
  });

  it('counts what came in meanwhile, and announces it', async () => {
    const { call, user } = start();
    act(() => call.hear(ada, 'Are you there?'));
    act(() => call.hear(ada, 'Hello?'));
    expect(button('Chat, 2 unread').querySelector('[data-badge="2"]')).toBeTruthy();
    expect(announced()).toBe('Ada Lovelace writes: Hello?');
    await user.click(button('Chat, 2 unread'));
    expect(button('Chat').getAttribute('aria-expanded')).toBe('true');
    await user.click(button('Close chat'));
    expect(document.activeElement).toBe(button('Chat'));
    act(() => call.hear(ada, 'Bye'));
    expect(button('Chat, 1 unread')).toBeTruthy();
  });

  it('keeps the text that nobody could get, and says so', async () => {
    const { call, user } = start();
    call.patch({ remotes: [] });
    await user.keyboard('c');
    await user.keyboard('Hello{Enter}');
    expect(screen.getByRole('alert').textContent).toContain('Nobody is connected');
    expect((screen.getByRole('textbox', { name: 'Message' }) as HTMLInputElement).value).toBe('Hello');
  });
});

describe('reactions', () => {
  it('are chosen by name, shown and announced', async () => {
    const { call, user } = start();
    await user.click(button('React'));
    await user.click(button('React with applause'));
    expect(call.asked).toEqual(['react 👏']);
    expect(at('[data-reaction="👏"]')?.textContent).toContain('You');
    expect(document.activeElement).toBe(button('React'));
    act(() => call.showReaction('🎉', call.snapshot.remotes[0] ?? null));
    expect(at('[data-reaction="🎉"]')?.textContent).toContain('Ada Lovelace');
    expect(announced()).toBe('Ada Lovelace reacts with a party popper');
  });

  it('are gone after a while', () => {
    vi.useFakeTimers();
    try {
      const { call } = start();
      act(() => call.react('👍'));
      expect(at('[data-reaction]')).toBeTruthy();
      act(() => vi.advanceTimersByTime(5000));
      expect(at('[data-reaction]')).toBeNull();
    } finally {
      vi.useRealTimers();
    }
  });
});

describe('sharing the screen', () => {
  it('asks what is on it, says that it is shared, and stops', async () => {
    const { call, user } = start();
    await user.click(button('Share screen'));
    await user.click(button(/^Film and motion/));
    expect(call.asked).toEqual(['share motion']);
    await waitFor(() => expect(at('[data-sharing]')?.textContent).toContain('You are sharing your screen'));
    expect(announced()).toBe('You are sharing your screen.');
    await user.click(button('Stop'));
    expect(at('[data-sharing]')).toBeNull();
    await user.keyboard('s');
    expect(call.asked).toEqual(['share motion', 'stop sharing', 'share motion']);
    await user.click(button('Stop sharing'));
    expect(call.snapshot.screenStream).toBeNull();
  });

  it.each([
    ['refused', 'nothing was chosen'],
    ['unsupported', 'This browser can’t share'],
    ['failed', 'could not be shared'],
  ] as const)('says in words when it is %s', async (reason, words) => {
    const { call, user } = start();
    call.sharing = { ok: false, reason };
    await user.keyboard('s');
    await waitFor(() => expect(at(`[data-sharing-trouble="${reason}"]`)?.textContent).toContain(words));
  });
});

describe('a call on hold', () => {
  it('says so, plays nothing, and is resumed', async () => {
    const { call, user } = start();
    await user.click(button('More'));
    await user.click(button('Put on hold'));
    expect(at('[data-own-hold]')?.textContent).toContain('Ada Lovelace can’t hear or see you');
    expect((at('video[data-remote]') as HTMLVideoElement).srcObject).toBeNull();
    expect(at('video[data-local]')).toBeNull();
    await user.click(button('Resume'));
    expect(call.asked).toEqual(['hold', 'resume']);
    expect((at('video[data-remote]') as HTMLVideoElement).srcObject).toBeTruthy();
  });
});

describe('hints', () => {
  it('come with a warning, go with it, and can be put away', async () => {
    const { call, user } = start();
    act(() => call.patch({ warnings: ['speaking_while_muted'] }));
    expect(at('[data-warning="speaking_while_muted"]')?.textContent).toContain('You are muted');
    expect(announced()).toContain('You are muted');
    act(() => call.patch({ warnings: [] }));
    expect(at('[data-warning]')).toBeNull();
    act(() => call.patch({ warnings: ['microphone_silent', 'camera_frozen'] }));
    expect(document.querySelectorAll('[data-warning]')).toHaveLength(2);
    await user.click(screen.getAllByRole('button', { name: 'Dismiss' })[0] as HTMLElement);
    expect(at('[data-warning="microphone_silent"]')).toBeNull();
    act(() => call.patch({ warnings: [] }));
    act(() => call.patch({ warnings: ['microphone_silent'] }));
    expect(at('[data-warning="microphone_silent"]')).toBeTruthy();
  });
});

describe('a device that cannot be had', () => {
  it('has a card that says what to do, tries again, and can be put away and called back', async () => {
    const { call, user } = start();
    act(() => call.patch({ captureProblems: [{ device: 'camera', reason: 'in_use' }] }));
    expect(at('[data-capture-problem="camera:in_use"]')?.textContent).toContain('Another app or tab');
    expect(announced()).toContain('Your camera can’t be opened');
    expect(at('video[data-local]')).toBeNull();
    await user.click(button('Try again'));
    expect(call.asked).toEqual(['retry capture']);
    expect(screen.getByText(/^Asked again/)).toBeTruthy();
    act(() => call.patch({ captureProblems: [{ device: 'camera', reason: 'not_found' }] }));
    expect(screen.queryByText(/^Asked again/)).toBeNull();
    expect(at('[data-capture-problem="camera:not_found"]')).toBeTruthy();
    await user.click(button('Go on without'));
    expect(at('[data-capture-problem]')).toBeNull();
    await user.click(button('Camera: what is wrong'));
    expect(at('[data-capture-problem]')).toBeTruthy();
    act(() => call.patch({ captureProblems: [] }));
    expect(at('[data-capture-problem]')).toBeNull();
    expect(button('Turn camera off')).toBeTruthy();
  });

  it('speaks of both devices in one breath where they have the same problem', () => {
    const { call } = start();
    act(() =>
      call.patch({
        captureProblems: [
          { device: 'microphone', reason: 'not_allowed' },
          { device: 'camera', reason: 'not_allowed' },
        ],
      }),
    );
    expect(at('[data-capture-problem="camera+microphone:not_allowed"] .grant-steps')).toBeTruthy();
    expect(screen.getByRole('region', { name: 'Sightline may not use your camera and microphone' })).toBeTruthy();
  });
});

describe('small and large windows', () => {
  it('say how, where the browser opens its small window only by itself', async () => {
    const { user } = start();
    await user.click(button('More'));
    await user.click(button('Picture in picture'));
    expect(at('[data-pip-words]')?.textContent).toContain('no small window');
  });

  it('show the call in a document of its own where the browser can', async () => {
    const frame = document.body.appendChild(document.createElement('iframe'));
    const small = frame.contentWindow as Window & typeof globalThis;
    small.HTMLMediaElement.prototype.play = async () => {};
    Object.defineProperty(small.HTMLMediaElement.prototype, 'srcObject', { value: null, writable: true });
    vi.stubGlobal('documentPictureInPicture', { requestWindow: async () => small });
    try {
      const { call, user } = start();
      await user.click(button('More'));
      await user.click(button('Picture in picture'));
      await waitFor(() => expect(small.document.querySelector('[data-pip] video')).toBeTruthy());
      small.document.querySelector<HTMLElement>('[aria-label="Turn microphone off"]')?.click();
      expect(call.asked).toEqual(['microphone off']);
      act(() => void small.dispatchEvent(new Event('pagehide')));
      await user.click(button('More'));
      expect(button('Picture in picture')).toBeTruthy();
    } finally {
      vi.unstubAllGlobals();
      frame.remove();
    }
  });

  it('fill the screen with F', async () => {
    const requestFullscreen = vi.fn(async () => {});
    Object.assign(document, { fullscreenEnabled: true });
    Object.assign(document.documentElement, { requestFullscreen });
    const { user } = start();
    await user.keyboard('f');
    expect(requestFullscreen).toHaveBeenCalled();
  });
});

describe('the sound', () => {
  it('comes from the chosen speaker', async () => {
    const setSinkId = vi.fn(async () => {});
    Object.assign(HTMLMediaElement.prototype, { setSinkId, sinkId: '' });
    try {
      const { sightline } = start();
      expect(setSinkId).not.toHaveBeenCalled();
      await act(async () => sightline.devices.choose('speaker', 'headset'));
      expect(setSinkId).toHaveBeenCalledWith('headset');
    } finally {
      Reflect.deleteProperty(HTMLMediaElement.prototype, 'setSinkId');
      Reflect.deleteProperty(HTMLMediaElement.prototype, 'sinkId');
    }
  });
});
