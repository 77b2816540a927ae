import { act, render, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { App } from '../App';
import { FakeSightline } from '../testing/fakeSightline';
import { people, recentCalls } from '../testing/samples';
import { groupRecord } from './scenes';

const at = (selector: string) => document.querySelector(selector);

async function open(sightline = new FakeSightline({ people, calls: recentCalls })) {
  const user = userEvent.setup({ advanceTimers: vi.isFakeTimers() ? vi.advanceTimersByTime : () => {} });
  render(<App sightline={sightline} />);
  await waitFor(() => expect(at('[data-people-state="ready"]')).toBeTruthy());
  return { sightline, user };
}

describe('a group call', () => {
  async function choosing() {
    const all = await open();
    await all.user.click(screen.getByRole('button', { name: 'Group call' }));
    const dialog = screen.getByRole('dialog', { name: 'New group call' });
    const choose = async (name: string) => all.user.click(await within(dialog).findByRole('checkbox', { name }));
    return { ...all, dialog: within(dialog), choose };
  }

  it('rings everybody who was chosen', async () => {
    const { sightline, user, dialog, choose } = await choosing();
    await choose('Ada Lovelace');
    await choose('Katherine Johnson');
    await user.click(dialog.getByRole('button', { name: 'Call with video' }));
    expect(sightline.placed[0]?.snapshot.others.map((other) => other.personId)).toEqual(['ada', 'katherine']);
    expect(at('[data-screen="call"]')).toBeTruthy();
  });

  it('has room for three others', async () => {
    const { dialog, choose } = await choosing();
    for (const name of ['Ada Lovelace', 'Katherine Johnson', 'Alan Turing']) await choose(name);
    expect(dialog.getByRole('checkbox', { name: 'Konrad Zuse' })).toHaveProperty('disabled', true);
    expect(dialog.getByRole('status').textContent).toContain('a call is full');
    await choose('Alan Turing');
    expect(dialog.getByRole('checkbox', { name: 'Konrad Zuse' })).toHaveProperty('disabled', false);
  });

  it('keeps who was chosen while one searches for more', async () => {
    const { sightline, user, dialog, choose } = await choosing();
    await choose('Ada Lovelace');
    await user.type(dialog.getByRole('searchbox'), 'kat');
    await waitFor(() => expect(dialog.getAllByRole('checkbox')).toHaveLength(1));
    await choose('Katherine Johnson');
    await user.click(dialog.getByRole('button', { name: 'Call with voice' }));
    expect(sightline.placed[0]?.snapshot).toMatchObject({ callType: 'audio', others: { length: 2 } });
  });

  it('needs somebody to call', async () => {
    const { dialog } = await choosing();
    expect(dialog.getByRole('button', { name: 'Call with video' })).toHaveProperty('disabled', true);
  });

  it('is called back as a whole', async () => {
    const { sightline, user } = await open(new FakeSightline({ people, calls: [groupRecord('g', 'joined', {})] }));
    const name = 'Call Ada Lovelace, Alan Turing and Katherine Johnson back';
    await user.click(await screen.findByRole('button', { name }));
    expect(sightline.placed[0]?.snapshot.others).toHaveLength(3);
  });
});

describe('a call that goes on without this person', () => {
  it('can be rejoined', async () => {
    const running = groupRecord('g', 'left', { outcome: null, endedAtMs: null });
    const { sightline, user } = await open(new FakeSightline({ people, calls: [running] }));
    await user.click(await screen.findByRole('button', { name: /^Rejoin the call with Ada/ }));
    expect(sightline.rejoined).toEqual([running]);
    expect(at('[data-screen="call"]')).toBeTruthy();
  });
});

describe('missed calls', () => {
  beforeEach(() => vi.useFakeTimers({ shouldAdvanceTime: true, toFake: ['setTimeout', 'clearTimeout'] }));
  afterEach(() => vi.useRealTimers());

  it('are counted beside the list and in the title, until they were looked at', async () => {
    const { sightline } = await open(new FakeSightline({ people, calls: recentCalls, missedCalls: 2 }));
    expect(at('[data-missed-calls="2"]')?.textContent).toBe('2 missed calls');
    expect(document.title).toBe('(2) Sightline');
    expect(sightline.asked).not.toContain('markCallsSeen');
    await act(() => vi.advanceTimersByTimeAsync(3000));
    expect(sightline.asked).toContain('markCallsSeen');
    expect(at('[data-missed-calls]')).toBeNull();
    expect(document.title).toBe('Sightline');
  });

  it('are not counted as looked at while the page is hidden', async () => {
    const { sightline } = await open();
    const visibility = vi.spyOn(document, 'visibilityState', 'get').mockReturnValue('hidden');
    act(() => sightline.setMissedCalls(1));
    await act(() => vi.advanceTimersByTimeAsync(60_000));
    expect(document.title).toBe('(1) Sightline');
    visibility.mockReturnValue('visible');
    act(() => document.dispatchEvent(new Event('visibilitychange')));
    await act(() => vi.advanceTimersByTimeAsync(3000));
    expect(sightline.missedCalls).toBe(0);
  });
});

describe('the settings', () => {
  async function settings() {
    const all = await open();
    await all.user.click(screen.getByRole('button', { name: 'Settings' }));
    const toggle = (name: string) => all.user.click(screen.getByRole('checkbox', { name }));
    const close = () => all.user.click(screen.getByRole('button', { name: 'Close' }));
    return { ...all, toggle, close };
  }

  it('start calls with microphone and camera off', async () => {
    const { sightline, user, toggle, close } = await settings();
    await toggle('Start calls with the microphone off');
    await toggle('Start calls with the camera off');
    await close();
    await user.click(await screen.findByRole('button', { name: 'Call Ada Lovelace with video' }));
    expect(sightline.placed[0]?.snapshot).toMatchObject({ microphoneOn: false, cameraOn: false, callType: 'video' });
  });

  it('lead every call through the lobby', async () => {
    const { user, toggle, close } = await settings();
    await toggle('Check camera and microphone before every call');
    await close();
    await user.click(await screen.findByRole('button', { name: 'Call Ada Lovelace with video' }));
    expect(at('[data-screen="lobby"]')).toBeTruthy();
  });

  it('pause the video while the page is hidden', async () => {
    const { sightline, toggle } = await settings();
    await toggle('Pause my video while the page is hidden');
    expect(sightline.pauseVideoWhenHidden).toBe(true);
  });

  it('give the focus back when they are closed', async () => {
    const { close } = await settings();
    await close();
    expect(document.activeElement).toBe(screen.getByRole('button', { name: 'Settings' }));
  });
});
