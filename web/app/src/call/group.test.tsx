import { act, screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import type { FakeCall } from '../testing/fakeCall';
import { FakeSightline } from '../testing/fakeSightline';
import { fakeStream } from '../testing/fakeStream';
import { announced, at, openCall } from '../testing/openCall';
import { groupCall, record, remotePeer } from '../testing/samples';

const ada = { personId: 'ada', displayName: 'Ada' };
const alan = { personId: 'alan', displayName: 'Alan' };
const katherine = { personId: 'katherine', displayName: 'Katherine' };

function group(...people: { personId: string; displayName: string }[]): FakeCall {
  return groupCall(
    people.map((person) => remotePeer(person, fakeStream())),
    fakeStream(),
  );
}

const layout = () => at('.pictures')?.getAttribute('data-layout');
const tile = (name: string) => screen.getByRole('group', { name });

describe('a group', () => {
  it('shows everybody alike, with one’s own picture among them', () => {
    openCall(group(ada, alan, katherine));
    expect(layout()).toBe('grid');
    expect(document.querySelectorAll('[data-peer]')).toHaveLength(3);
    expect(at('[data-place="tile"] video[data-local]')).toBeTruthy();
    expect(screen.getByRole('heading', { name: 'Ada, Alan and Katherine' })).toBeTruthy();
  });

  it('shows the speaker large where the person wants that, and remembers it', async () => {
    const call = group(ada, alan);
    const { user } = openCall(call);
    await user.click(screen.getByRole('button', { name: 'Show the speaker large' }));
    expect(layout()).toBe('speaker');
    expect(tile('Ada').dataset.featured).toBe('true');
    const video = tile('Alan').querySelector('video');
    act(() => call.patch({ activeSpeaker: 'alan/device' }));
    expect(tile('Alan').dataset.featured).toBe('true');
    expect(tile('Ada').dataset.featured).toBeUndefined();
    expect(tile('Alan').querySelector('video')).toBe(video);
    expect(localStorage.getItem('sightline.layout')).toBe('speaker');
    expect(announced()).toBe('The speaker is shown large');
    await user.click(screen.getByRole('button', { name: 'Show everybody alike' }));
    expect(layout()).toBe('grid');
  });

  it('keeps the pictures in place when a third person comes', () => {
    const call = group(ada);
    openCall(call);
    const video = at('video[data-remote]');
    expect(layout()).toBe('one');
    act(() => call.stand({ ...alan, standing: 'ringing' }));
    expect(layout()).toBe('grid');
    expect(at('video[data-remote]')).toBe(video);
  });

  it('marks each person for themselves', () => {
    const call = group(ada, alan);
    openCall(call);
    act(() => call.patchRemote({ microphoneOn: false, handRaised: true, speaking: true, quality: 'poor' }, 'alan'));
    expect(tile('Alan').querySelector('[data-remote-microphone="off"]')).toBeTruthy();
    expect(tile('Alan').querySelector('[data-peer-quality="poor"]')?.textContent).toContain('poor');
    expect(tile('Alan').dataset.speaking).toBe('true');
    expect(tile('Ada').querySelector('[data-remote-microphone]')).toBeNull();
    expect(announced()).toBe('Alan raised a hand');
  });

  it('shows an avatar where the camera is off, and says who put the call on hold', () => {
    const call = group(ada, alan);
    openCall(call);
    act(() => call.patchRemote({ cameraOn: false, onHold: true }, 'alan'));
    expect(tile('Alan').querySelector('.avatar')?.textContent).toBe('A');
    expect(tile('Alan').querySelector('[data-remote-hold]')?.textContent).toContain('Alan put this call on hold');
    expect(announced()).toContain('Alan put this call on hold');
  });

  it('shows who still rings, who declined and who left, and announces it', () => {
    const call = group(ada, alan);
    openCall(call);
    act(() => call.stand({ ...katherine, standing: 'ringing' }));
    expect(tile('Katherine').dataset.standing).toBe('ringing');
    expect(announced()).toBe('Katherine is being called.');
    act(() => call.stand({ ...katherine, standing: 'declined' }));
    expect(announced()).toBe('Katherine declined.');
    expect(at('[data-standing="declined"]')?.textContent).toBe('Katherine: Declined');
    act(() => call.patch({ remotes: call.snapshot.remotes.slice(0, 1) }));
    act(() => call.stand({ ...alan, standing: 'left' }));
    expect(announced()).toBe('Alan left.');
    expect(at('[data-standing="left"]')?.textContent).toBe('Alan: Left');
    expect(screen.getByRole('heading', { name: 'Ada' })).toBeTruthy();
  });

  it('says where two browsers have no video format in common', () => {
    const call = group(ada, alan);
    openCall(call);
    act(() => call.patchRemote({ videoProblem: 'no_common_codec' }, 'ada'));
    expect(tile('Ada').querySelector('[data-video-problem="no_common_codec"]')?.textContent).toContain('sound goes on');
  });

  it('shows a shared screen large and the people small', () => {
    const call = group(ada, alan);
    openCall(call);
    act(() => call.patchRemote({ screenStream: fakeStream() }, 'alan'));
    expect(layout()).toBe('speaker');
    expect(tile('Screen of Alan').dataset.featured).toBe('true');
    expect(at('video[data-remote-screen="alan"]')).toBeTruthy();
    expect(announced()).toBe('Alan shares a screen.');
  });
});

describe('adding people', () => {
  const people = [
    { ...ada, presence: 'in_call' as const },
    { ...alan, presence: 'offline' as const },
    { ...katherine, presence: 'online' as const },
  ];

  async function openPeople(call: FakeCall) {
    const opened = openCall(call, new FakeSightline({ people }));
    await opened.user.click(screen.getByRole('button', { name: 'Add people' }));
    return { ...opened, panel: within(screen.getByRole('region', { name: 'People' })) };
  }

  it('lists those who can be added, those who are here first, and rings them', async () => {
    const call = group(ada);
    const { user, panel } = await openPeople(call);
    await panel.findByRole('button', { name: 'Add Katherine' });
    const names = [...document.querySelectorAll('[data-addable]')].map((row) => row.getAttribute('data-addable'));
    expect(names).toEqual(['katherine', 'alan']);
    await user.click(panel.getByRole('button', { name: 'Add Katherine' }));
    expect(call.asked).toEqual(['invite katherine']);
    expect(at('.people-list [data-person="katherine"]')?.getAttribute('data-standing')).toBe('ringing');
    expect(panel.queryByRole('button', { name: 'Add Katherine' })).toBeNull();
  });

  it('rings those again who did not come', async () => {
    const call = group(ada);
    call.stand({ ...alan, standing: 'missed' });
    const { user, panel } = await openPeople(call);
    await user.click(panel.getByRole('button', { name: 'Ring again: Alan' }));
    expect(call.asked).toEqual(['invite alan']);
  });

  it('is over when four are in', async () => {
    await openPeople(group(ada, alan, katherine));
    expect(at('[data-call-full]')?.textContent).toContain('full');
    expect(screen.queryByRole('button', { name: /^Add (?!people)/ })).toBeNull();
  });

  it('says in words why somebody could not be called', async () => {
    const { SightlineError } = await import('@sightline/sdk');
    const call = group(ada);
    call.inviteFailure = new SightlineError('unreachable', 'no answer');
    const { user, panel } = await openPeople(call);
    await user.click(await panel.findByRole('button', { name: 'Add Katherine' }));
    expect((await panel.findByRole('alert')).textContent).toContain('can’t be reached');
  });

  it('closes with Escape and gives the focus back', async () => {
    const { user } = await openPeople(group(ada));
    await user.keyboard('{Escape}');
    expect(screen.queryByRole('region', { name: 'People' })).toBeNull();
    expect(document.activeElement).toBe(screen.getByRole('button', { name: 'Add people' }));
  });
});

describe('the end of a group call', () => {
  it('offers to rejoin while it goes on among the others', async () => {
    const call = group(ada, alan);
    const going = { ...record('call', ada, null), participants: call.snapshot.others };
    const { user, onRejoin } = openCall(call, new FakeSightline({ calls: [going] }));
    act(() => call.end('left', true));
    await user.click(await screen.findByRole('button', { name: 'Rejoin' }));
    expect(onRejoin).toHaveBeenCalledWith(going);
    expect(screen.getByText('The call goes on without you.')).toBeTruthy();
  });

  it('offers to call again when it is over for all', async () => {
    const call = group(ada, alan);
    const sightline = new FakeSightline({ calls: [record('call', ada, 'ended')] });
    openCall(call, sightline);
    act(() => call.end('ended'));
    await waitFor(() => expect(sightline.asked).toContain('calls'));
    expect(screen.getByText('Everybody else has left.')).toBeTruthy();
    expect(screen.getByRole('button', { name: 'Call again' })).toBeTruthy();
    expect(screen.queryByRole('button', { name: 'Rejoin' })).toBeNull();
  });
});
