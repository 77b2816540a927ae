import { act, screen, waitFor } from '@testing-library/react';
import { describe, expect, it, vi } from 'vitest';
import { FakeCall } from '../testing/fakeCall';
import { fakeStream } from '../testing/fakeStream';
import { announced, at, openCall } from '../testing/openCall';
import { connectedCall } from '../testing/samples';

const open = openCall;
const button = (name: string) => screen.getByRole('button', { name });

describe('a call that is being set up', () => {
  it('can be cancelled from the first moment', async () => {
    const call = new FakeCall();
    const { user } = open(call);
    expect(at('[data-call-state="INITIATING"]')).toBeTruthy();
    expect(at('.waiting-who p:has(.spinner)')?.textContent).toBe('Starting the call…');
    await user.click(button('Cancel'));
    expect(call.asked).toEqual(['hang up']);
    expect(at('[data-call-state="ENDED"]')?.getAttribute('data-end-reason')).toBe('cancelled');
  });

  it('rings with one’s own picture and is announced', () => {
    const call = new FakeCall();
    open(call);
    act(() => call.go('RINGING', { localStream: fakeStream() }));
    expect(screen.getByText('Calling…')).toBeTruthy();
    expect(at('[data-place="full"] video[data-local]')).toBeTruthy();
    expect(announced()).toBe('Calling Ada…');
  });

  it('can be cancelled while it connects', async () => {
    const call = new FakeCall();
    const { user } = open(call);
    act(() => call.go('CONNECTING'));
    expect(at('.waiting-who p:has(.spinner)')?.textContent).toBe('Connecting…');
    await user.click(button('Cancel'));
    expect(call.asked).toEqual(['hang up']);
    expect(at('[data-call-state="ENDED"]')?.getAttribute('data-end-reason')).toBe('cancelled');
  });

  it('keeps both pictures in place while it connects and is connected', () => {
    const call = connectedCall(fakeStream(), fakeStream());
    call.patch({ state: 'CONNECTING' });
    open(call);
    const before = [at('video[data-remote]'), at('video[data-local]')];
    expect(before.every(Boolean)).toBe(true);
    expect(button('Cancel')).toBeTruthy();
    act(() => call.go('CONNECTED'));
    expect([at('video[data-remote]'), at('video[data-local]')]).toEqual(before);
    expect(at('[data-place="corner"]')).toBeTruthy();
    expect(announced()).toBe('Connected to Ada Lovelace');
  });
});

describe('a conversation', () => {
  it('has one row of controls that say what they do', async () => {
    const call = connectedCall(fakeStream());
    const { user } = open(call);
    await user.click(button('Turn microphone off'));
    await user.click(button('Turn camera off'));
    await user.click(button('Raise hand'));
    await user.click(button('Turn microphone on'));
    await user.click(button('Turn camera on'));
    await user.click(button('Lower hand'));
    await user.click(button('Hang up'));
    expect(call.asked).toEqual([
      'microphone off',
      'camera off',
      'raise hand',
      'microphone on',
      'camera on',
      'lower hand',
      'hang up',
    ]);
  });

  it('counts its duration', () => {
    open(connectedCall(fakeStream()));
    expect(at('[data-duration]')?.textContent).toBe('Duration 12:34');
  });

  it('shows the marks of the other, and none of them otherwise', () => {
    const call = connectedCall(fakeStream());
    open(call);
    expect(at('[data-remote-microphone], [data-remote-camera], [data-remote-hand]')).toBeNull();
    act(() => call.patchRemote({ microphoneOn: false, cameraOn: false, handRaised: true }));
    expect(at('[data-remote-microphone="off"]')).toBeTruthy();
    expect(at('[data-remote-camera="off"]')).toBeTruthy();
    expect(at('[data-remote-hand="raised"]')).toBeTruthy();
    expect(at('.remote .avatar')?.textContent).toBe('AL');
    expect(announced()).toBe('Ada Lovelace raised a hand');
  });

  it('plays the sound of a voice call too', () => {
    const call = connectedCall(fakeStream());
    call.patch({ callType: 'audio', cameraOn: false });
    open(call);
    expect(at('video[data-remote]')).toBeTruthy();
    expect(at('video[data-local]')).toBeNull();
  });

  it('tells the quality in words, and the figures on request', async () => {
    const call = connectedCall(fakeStream());
    const { user } = open(call);
    expect(button('Connection: good').dataset.quality).toBe('good');
    await user.click(button('Connection: good'));
    expect(screen.getByRole('dialog', { name: 'Connection details' }).textContent).toContain('2.3 Mbit/s');
    await user.keyboard('{Escape}');
    expect(screen.queryByRole('dialog')).toBeNull();
    expect(document.activeElement).toBe(button('Connection: good'));
    act(() => call.patch({ quality: null, stats: null }));
    expect(button('Connection: being measured').dataset.quality).toBe('unknown');
  });

  it('moves one’s own picture by click and by keys, and remembers where it was', async () => {
    const { user } = open(connectedCall(fakeStream(), fakeStream()));
    const corner = () => at('[data-corner]')?.getAttribute('data-corner');
    expect(corner()).toBe('bottom-right');
    await user.click(button('Move your picture'));
    expect(corner()).toBe('bottom-left');
    button('Move your picture').focus();
    await user.keyboard('{ArrowUp}');
    expect(corner()).toBe('top-left');
    expect(localStorage.getItem('sightline.corner')).toBe('top-left');
  });

  it('offers a click when the browser plays no sound by itself', async () => {
    const play = vi.spyOn(HTMLMediaElement.prototype, 'play');
    play.mockRejectedValueOnce(new DOMException('gesture wanted', 'NotAllowedError'));
    const { user } = open(connectedCall(fakeStream()));
    const hear = await screen.findByRole('button', { name: 'Click to hear Ada Lovelace' });
    const video = at('video[data-remote]') as HTMLVideoElement;
    expect(video.muted).toBe(true);
    await user.click(hear);
    expect(video.muted).toBe(false);
    expect(screen.queryByRole('button', { name: /Click to hear/ })).toBeNull();
  });

  it('keeps the focus on the page when the state takes the focused button away', async () => {
    const call = connectedCall(fakeStream());
    call.patch({ state: 'CONNECTING' });
    open(call);
    button('Cancel').focus();
    act(() => call.go('CONNECTED'));
    await waitFor(() => expect(document.activeElement).toBe(at('main')));
  });
});

describe('trouble on the line', () => {
  it('leaves the choice to wait, to try or to end', async () => {
    const call = connectedCall(fakeStream());
    const { user } = open(call);
    act(() => call.go('RECONNECTING'));
    expect(announced()).toBe('Reconnecting…');
    expect(at('[data-reconnecting]')?.textContent).toContain('The line to Ada Lovelace is interrupted');
    expect(at('.remote-dimmed video[data-remote]')).toBeTruthy();
    act(() => call.patch({ quality: 'critical' }));
    expect(button('Connection: very poor').dataset.quality).toBe('critical');
    await user.click(button('Try again now'));
    expect(call.asked).toEqual(['retry now']);
    act(() => call.go('CONNECTED'));
    expect(announced()).toBe('Connected to Ada Lovelace again');
    act(() => call.go('RECONNECTING', { signallingUp: false }));
    expect(at('[data-reconnecting]')?.textContent).toContain('Sightline can’t be reached');
    await user.click(button('End call'));
    expect(at('[data-call-state="ENDED"]')).toBeTruthy();
  });
});

describe('a line that does not come back', () => {
  const wait = () => act(() => vi.advanceTimersByTime(8_000));
  const advice = () => at('[data-advice]')?.textContent ?? null;

  it('is told of soon, with what to try, while we go on', () => {
    vi.useFakeTimers();
    const call = connectedCall(fakeStream());
    open(call);
    act(() => call.go('RECONNECTING'));
    expect(advice()).toBeNull();
    wait();
    expect(screen.getByRole('heading', { name: 'Connection lost' })).toBeTruthy();
    expect(advice()).toContain('Your network may block calls');
    expect(announced()).toContain('We keep trying.');
    act(() => call.patch({ relayReached: true }));
    expect(advice()).toContain('the network of Ada Lovelace may block calls');
    act(() => call.patch({ signallingUp: false }));
    expect(advice()).toContain('Check your internet connection');
    act(() => call.go('CONNECTED'));
    expect(advice()).toBeNull();
    // Each interruption begins anew.
    act(() => call.go('RECONNECTING'));
    expect(screen.getByRole('heading', { name: 'Reconnecting…' })).toBeTruthy();
    vi.useRealTimers();
  });

  it.each([
    ['failed_setup', false, 'Your network may block calls'],
    ['failed_setup', true, 'the network of Ada Lovelace may block calls'],
    ['connection_lost', false, 'Your network may block calls'],
    ['connection_lost', true, 'the network of Ada Lovelace may block calls'],
  ] as const)('ends as %s with what to try', (reason, relayReached, words) => {
    const call = connectedCall(fakeStream());
    open(call);
    act(() => call.patch({ relayReached }));
    act(() => call.end(reason));
    expect(at('.ended p')?.textContent).toContain(words);
  });
});

describe('the end of a call', () => {
  it('keeps the last picture while it ends', () => {
    const call = connectedCall(fakeStream());
    open(call);
    act(() => call.go('ENDING', { remotes: [] }));
    expect(screen.getByText('Ending the call…')).toBeTruthy();
    expect(at('video[data-remote]')).toBeTruthy();
  });

  it('tells why, how long it was, and what can be done next', async () => {
    const call = connectedCall(fakeStream());
    const { user, onReturn, onAgain } = open(call);
    act(() => call.end('ended'));
    expect(screen.getByRole('heading', { name: 'Call ended' })).toBeTruthy();
    expect(screen.getByText('Ada Lovelace hung up.')).toBeTruthy();
    expect(at('[data-duration]')?.textContent).toBe('Duration 12:34');
    expect(at('video')).toBeNull();
    await user.click(button('Call again'));
    expect(onAgain).toHaveBeenCalledWith('video');
    await user.click(button('Return'));
    expect(onReturn).toHaveBeenCalled();
  });

  it('does not offer to call again where that cannot help', () => {
    const call = new FakeCall();
    open(call);
    act(() => call.end('answered_elsewhere'));
    expect(screen.queryByRole('button', { name: 'Call again' })).toBeNull();
    expect(button('Return')).toBeTruthy();
  });
});
