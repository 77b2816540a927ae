import { SightlineError } from '@sightline/sdk';
import { act, render, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { App } from '../App';
import { FakeCall } from '../testing/fakeCall';
import { FakeSightline } from '../testing/fakeSightline';
import { base64Url } from './pushClient';

/** The browser's side of push, as much as is touched. */
class Browser {
  permission: NotificationPermission = 'default';
  /** What the person says when asked. */
  answer: NotificationPermission = 'granted';
  subscribeFailure: Error | null = null;
  subscription: { endpoint: string } | null = null;
  registered: string | null = null;
  readonly messages = new EventTarget();

  install(): void {
    const subscription = {
      endpoint: 'https://push.example/1',
      options: { applicationServerKey: new Uint8Array([4]).buffer },
      getKey: (name: string) => new TextEncoder().encode(name).buffer,
      unsubscribe: async () => {
        this.subscription = null;
        return true;
      },
    };
    const pushManager = {
      getSubscription: async () => this.subscription,
      subscribe: async () => {
        if (this.subscribeFailure) throw this.subscribeFailure;
        this.subscription = subscription;
        return subscription;
      },
    };
    const registration = { pushManager };
    const serviceWorker = Object.assign(this.messages, {
      register: async (url: string) => {
        this.registered = url;
        return registration;
      },
      ready: Promise.resolve(registration),
      getRegistration: async () => (this.registered ? registration : undefined),
    });
    const browser = this;
    const Notification = {
      get permission() {
        return browser.permission;
      },
      requestPermission: async () => {
        this.permission = this.answer;
        return this.answer;
      },
    };
    vi.stubGlobal('PushManager', class {});
    vi.stubGlobal('Notification', Notification);
    Object.defineProperty(navigator, 'serviceWorker', { value: serviceWorker, configurable: true });
  }
}

const card = () => document.querySelector<HTMLElement>('[data-push]')?.dataset.push;
const setting = () => document.querySelector<HTMLElement>('[data-push-setting]')?.dataset.pushSetting;

async function open(sightline = new FakeSightline()) {
  const user = userEvent.setup();
  render(<App sightline={sightline} />);
  // What is on the screen listens only a moment later.
  await waitFor(() => expect(sightline.asked).toContain('connect'));
  return { sightline, user, press: (name: string) => user.click(screen.getByRole('button', { name })) };
}

describe('ringing a closed tab', () => {
  let browser: Browser;
  beforeEach(() => {
    browser = new Browser();
    browser.install();
  });
  afterEach(() => {
    vi.unstubAllGlobals();
    Reflect.deleteProperty(navigator, 'serviceWorker');
  });

  it('is offered, and begins only when it is asked for', async () => {
    const { sightline, press } = await open();
    await waitFor(() => expect(card()).toBe('off'));
    expect(browser.registered).toBeNull();
    await press('Turn on');
    await waitFor(() => expect(card()).toBe('on'));
    expect(browser.registered).toBe('/service-worker.js');
    expect(sightline.asked).toContain('pushSubscribe');
  });

  it('is not offered again to whoever said no', async () => {
    const { press } = await open();
    await waitFor(() => expect(card()).toBe('off'));
    await press('Not now');
    expect(card()).toBeUndefined();
    await press('Settings');
    expect(setting()).toBe('off');
  });

  it('says how to allow what the browser blocks', async () => {
    browser.answer = 'denied';
    const { press } = await open();
    await waitFor(() => expect(card()).toBe('off'));
    await press('Turn on');
    await waitFor(() => expect(card()).toBe('refused'));
    expect(document.querySelectorAll('[data-push] li').length).toBeGreaterThan(1);
  });

  it('says so when the browser or the server does not take it, and can be tried again', async () => {
    browser.subscribeFailure = new DOMException('push service error', 'AbortError');
    const { sightline, press } = await open();
    await waitFor(() => expect(card()).toBe('off'));
    await press('Turn on');
    await waitFor(() => expect(card()).toBe('failed'));
    browser.subscribeFailure = null;
    sightline.failures.pushSubscribe = new SightlineError('unreachable', 'no answer');
    await press('Try again');
    await waitFor(() => expect(sightline.asked).toContain('pushSubscribe'));
    await waitFor(() => expect(browser.subscription).toBeNull());
    expect(card()).toBe('failed');
  });

  it('is told to the server again at the next start', async () => {
    const first = await open();
    await waitFor(() => expect(card()).toBe('off'));
    await first.press('Turn on');
    await waitFor(() => expect(card()).toBe('on'));
    const next = new FakeSightline();
    render(<App sightline={next} />);
    await waitFor(() => expect(next.asked).toContain('pushSubscribe'));
  });

  it('can be turned off among the settings', async () => {
    const { sightline, user, press } = await open();
    await waitFor(() => expect(card()).toBe('off'));
    await press('Turn on');
    await waitFor(() => expect(card()).toBe('on'));
    await press('Settings');
    await user.click(screen.getByRole('checkbox', { name: 'Ring me when this tab is closed' }));
    await waitFor(() => expect(setting()).toBe('off'));
    expect(sightline.asked).toContain('pushUnsubscribe');
    expect(browser.subscription).toBeNull();
  });

  it('ends with signing out, while the server still knows who asks', async () => {
    const { sightline, press } = await open();
    await waitFor(() => expect(card()).toBe('off'));
    await press('Turn on');
    await waitFor(() => expect(card()).toBe('on'));
    await press('Sign out');
    await waitFor(() => expect(document.querySelector('[data-screen="sign-in"]')).toBeTruthy());
    const { asked } = sightline;
    expect(asked.indexOf('pushUnsubscribe')).toBeLessThan(asked.indexOf('signOut'));
    expect(asked).toContain('pushUnsubscribe');
    expect(browser.subscription).toBeNull();
  });

  it('answers the call that was answered in the notification', async () => {
    const { sightline } = await open();
    const data = { type: 'open_call', call_id: 'c1', answer: true };
    act(() => void browser.messages.dispatchEvent(new MessageEvent('message', { data })));
    const other = new FakeCall({ callId: 'c0', state: 'INCOMING', direction: 'incoming' });
    const call = new FakeCall({ callId: 'c1', state: 'INCOMING', direction: 'incoming' });
    act(() => void sightline.ring(other));
    act(() => void sightline.ring(call));
    expect(call.asked).toEqual(['answer with video']);
    expect(other.asked).toEqual([]);
  });
});

describe('a page that a notification opened', () => {
  it('answers the call as soon as it rings, and forgets the address', async () => {
    history.replaceState(null, '', '/#answer=c1');
    const { sightline } = await open();
    expect(location.hash).toBe('');
    const call = new FakeCall({ callId: 'c1', state: 'INCOMING', direction: 'incoming' });
    act(() => void sightline.ring(call));
    expect(call.asked).toEqual(['answer with video']);
  });

  it('only rings when the notification itself was pressed', async () => {
    history.replaceState(null, '', '/#call=c1');
    const { sightline } = await open();
    const call = new FakeCall({ callId: 'c1', state: 'INCOMING', direction: 'incoming' });
    act(() => void sightline.ring(call));
    expect(call.asked).toEqual([]);
    expect(document.querySelector('[data-call-state="INCOMING"]')).toBeTruthy();
  });
});

describe('a browser without push', () => {
  it('says so among the settings, and offers nothing', async () => {
    const { press } = await open();
    await press('Settings');
    await waitFor(() => expect(setting()).toBe('unsupported'));
    expect(card()).toBeUndefined();
    expect(screen.getByText(/cannot ring a closed tab/)).toBeTruthy();
  });
});

it('keys are written as the server wants them', () => {
  expect(base64Url(new Uint8Array([251, 255, 254]).buffer)).toBe('-__-');
});
