import { act, screen, waitFor } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { fakeStream } from '../../testing/fakeStream';
import { announced, at, openCall } from '../../testing/openCall';
import { connectedCall } from '../../testing/samples';

function open() {
  const call = connectedCall(fakeStream());
  return { call, ...openCall(call) };
}

const menuItem = async (user: ReturnType<typeof open>['user'], name: string) => {
  await user.click(screen.getByRole('button', { name: 'More' }));
  await user.click(screen.getByRole('button', { name }));
};
const bar = () => at('[data-recording]');

describe('recording a call', () => {
  it('asks first, and says who will see it and what is kept', async () => {
    const { call, user } = open();
    await menuItem(user, 'Record this call');
    const dialog = screen.getByRole('dialog', { name: 'Record this call?' });
    expect(dialog.textContent).toContain('Ada Lovelace and you are told that the call is recorded, and by whom.');
    expect(call.asked).toEqual([]);
    await user.click(screen.getByRole('button', { name: 'Cancel' }));
    expect([call.asked, bar()]).toEqual([[], null]);
  });

  it('shows and says that it starts, and then that it runs', async () => {
    const { call, user } = open();
    let go = () => {};
    call.recordingGate = new Promise((resolve) => {
      go = resolve;
    });
    await menuItem(user, 'Record this call');
    await user.click(screen.getByRole('button', { name: 'Start recording' }));
    expect(bar()?.getAttribute('data-recording')).toBe('starting');
    expect(announced()).toBe('Starting the recording…');
    act(() => go());
    await waitFor(() => expect(bar()?.getAttribute('data-recording')).toBe('sending'));
    expect(bar()?.textContent).toMatch(/^REC: this call is being recordedby you since /);
    expect(announced()).toBe('You are recording this call.');
  });

  it('works by keyboard alone', async () => {
    const { call, user } = open();
    screen.getByRole('button', { name: 'More' }).focus();
    await user.keyboard('{Enter}');
    screen.getByRole('button', { name: 'Record this call' }).focus();
    await user.keyboard('{Enter}');
    screen.getByRole('button', { name: 'Start recording' }).focus();
    await user.keyboard('{Enter}');
    await waitFor(() => expect(bar()).toBeTruthy());
    expect(call.asked).toEqual(['start recording']);
  });

  it('by somebody else is seen and said, and may be stopped by everybody', async () => {
    const { call, user } = open();
    act(() => call.record({ startedBy: 'ada', leg: 'connecting' }));
    expect(bar()?.textContent).toContain('by Ada Lovelace since ');
    expect(announced()).toBe('This call is being recorded by Ada Lovelace.');
    await menuItem(user, 'Stop recording');
    expect([call.asked, bar()]).toEqual([['stop recording'], null]);
    expect(announced()).toBe('The recording has stopped. This call is not recorded any more.');
  });

  it('is said to whoever comes into a call that is recorded', async () => {
    const call = connectedCall(fakeStream());
    call.patch({ state: 'CONNECTING' });
    call.record({ startedBy: 'ada' });
    openCall(call);
    expect(bar()?.textContent).toContain('by Ada Lovelace since ');
    act(() => call.go('CONNECTED'));
    expect(announced()).toBe('This call is being recorded by Ada Lovelace.');
  });

  it('says when one’s own part is interrupted, and when it is recorded again', () => {
    const { call } = open();
    act(() => call.record());
    act(() => call.record({ leg: 'interrupted' }));
    const words = 'Your part is not being recorded right now. Trying again…';
    expect([at('[data-recording-interrupted]')?.textContent, announced()]).toEqual([words, words]);
    act(() => call.record({ leg: 'sending' }));
    expect([at('[data-recording-interrupted]'), announced()]).toEqual([null, 'Your part is being recorded again.']);
  });

  it('warns when one’s own part cannot be recorded', () => {
    const { call } = open();
    act(() => call.record({ leg: 'refused' }));
    act(() => call.patch({ warnings: ['not_recorded'] }));
    expect(at('[data-warning="not_recorded"]')?.textContent).toContain('Your part of this call is not recorded');
  });

  it.each([
    ['unavailable', 'The disk is full.', 'The recording could not be started. The disk is full.'],
    ['unavailable', '', 'The recording could not be started. The server can’t record right now.'],
    ['unreachable', '', /could not be started\. The server can’t be reached/],
    ['not_in_call', 'No.', /could not be started\. Only a call that runs/],
    ['failed', '', /could not be started\. Something went wrong/],
  ] as const)('that could not start says why (%s, "%s")', async (reason, detail, words) => {
    const { call, user } = open();
    call.recordingAnswer = { ok: false, reason, detail };
    await menuItem(user, 'Record this call');
    await user.click(screen.getByRole('button', { name: 'Start recording' }));
    await waitFor(() => expect(at(`[data-recording-trouble="${reason}"]`)?.textContent).toMatch(words));
    expect(bar()).toBeNull();
  });
});
