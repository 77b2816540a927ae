import { act, render, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { describe, expect, it } from 'vitest';
import { App } from '../App';
import { FakeCall } from '../testing/fakeCall';
import { FakeSightline } from '../testing/fakeSightline';
import { people } from '../testing/samples';

const at = (selector: string) => document.querySelector(selector);

async function ring(start: Partial<FakeCall['snapshot']> = {}) {
  const sightline = new FakeSightline({ people });
  const user = userEvent.setup();
  render(<App sightline={sightline} />);
  await screen.findByText('Ada Lovelace');
  const call = new FakeCall({ state: 'INCOMING', direction: 'incoming', ...start });
  return { sightline, user, call, ring: () => act(() => sightline.ring(call)) };
}

describe('a call that rings here', () => {
  it('says who calls, on the page and in its title', async () => {
    const { ring: rings } = await ring();
    rings();
    expect(screen.getByRole('dialog', { name: 'Ada is calling with video' })).toBeTruthy();
    expect(at('[data-call-state="INCOMING"] h2')?.textContent).toBe('Ada');
    expect(document.title).toBe('Ada is calling · Sightline');
    expect(at('[data-announcer]')?.textContent).toBe('Ada is calling');
  });

  it.each([
    ['Answer with video', 'answer with video'],
    ['Answer with voice', 'answer with voice'],
  ])('is answered: %s', async (name, asked) => {
    const { user, call, ring: rings } = await ring();
    rings();
    await user.click(screen.getByRole('button', { name }));
    expect(call.asked).toEqual([asked]);
    expect(at('[data-screen="call"][data-call-state="CONNECTING"]')).toBeTruthy();
    expect(at('[data-call-state="INCOMING"]')).toBeNull();
  });

  it('says that it was answered where the answer takes a while to pass', async () => {
    const { user, call, ring: rings } = await ring();
    call.answerPasses = false;
    rings();
    expect(at('.pulsing')).toBeTruthy();
    await user.click(screen.getByRole('button', { name: 'Answer with voice' }));
    expect(await screen.findByRole('dialog', { name: 'Ada Connecting…' })).toBeTruthy();
    expect(at('.pulsing')).toBeNull();
  });

  it('is declined, and home is as it was', async () => {
    const { user, call, ring: rings } = await ring();
    rings();
    await user.click(screen.getByRole('button', { name: 'Decline' }));
    expect(call.asked).toEqual(['decline']);
    expect(at('[data-screen="home"]')).toBeTruthy();
    expect(at('[data-notice]')).toBeNull();
    expect(document.title).toBe('Sightline');
  });

  it('cannot be answered with video when it is a voice call', async () => {
    const { ring: rings } = await ring({ callType: 'audio' });
    rings();
    expect(screen.queryByRole('button', { name: 'Answer with video' })).toBeNull();
    expect(screen.getByRole('button', { name: 'Answer with voice' })).toBeTruthy();
  });

  it('is neither answered nor declined by someone who was just typing', async () => {
    const { user, call, ring: rings } = await ring();
    screen.getByRole('searchbox').focus();
    rings();
    expect(document.activeElement).toBe(screen.getByRole('dialog'));
    await user.keyboard('ad [Enter][Space][Escape]');
    expect(call.asked).toEqual([]);
    expect(screen.getByRole('dialog')).toBeTruthy();
  });

  it('waits beside another call, which goes on when it is declined', async () => {
    const { sightline, user, ring: rings } = await ring();
    await user.click(screen.getByRole('button', { name: 'Call Katherine Johnson with video' }));
    rings();
    expect(at('section[data-call-state="INCOMING"]')).toBeTruthy();
    await user.click(screen.getByRole('button', { name: 'Decline' }));
    expect(at('[data-call-state="INITIATING"]')).toBeTruthy();
    expect(sightline.placed[0]?.disposed).toBe(false);
  });

  it('offers to hold a call only once that one is connected', async () => {
    const { sightline, user, ring: rings } = await ring();
    await user.click(screen.getByRole('button', { name: 'Call Katherine Johnson with video' }));
    rings();
    expect(screen.queryByRole('button', { name: 'Hold and answer' })).toBeNull();
    expect(screen.getByRole('button', { name: 'Hang up and answer' })).toBeTruthy();
    act(() => sightline.placed[0]?.go('CONNECTED', { connectedAtMs: Date.now() }));
    expect(screen.getByRole('button', { name: 'Hold and answer' })).toBeTruthy();
  });

  it('is answered while the other call waits, and the two are switched and ended', async () => {
    const { sightline, user, call, ring: rings } = await ring();
    await user.click(screen.getByRole('button', { name: 'Call Katherine Johnson with video' }));
    const first = sightline.placed[0];
    act(() => first?.go('CONNECTED', { connectedAtMs: Date.now() }));
    rings();
    await user.click(screen.getByRole('button', { name: 'Hold and answer' }));
    expect(call.asked).toEqual(['answer with video']);
    expect(screen.getByRole('main', { name: 'Call with Ada' })).toBeTruthy();
    expect(at('[data-held-call]')?.textContent).toContain('Katherine Johnson on hold');
    await user.click(screen.getByRole('button', { name: 'Switch to Katherine Johnson' }));
    expect(first?.asked).toEqual(['hold', 'resume']);
    expect(screen.getByRole('main', { name: 'Call with Katherine Johnson' })).toBeTruthy();
    await user.click(screen.getByRole('button', { name: 'End the call with Ada' }));
    expect(call.disposed).toBe(true);
    expect(at('[data-held-call]')).toBeNull();
  });

  it('may end the other call', async () => {
    const { sightline, user, ring: rings } = await ring();
    await user.click(screen.getByRole('button', { name: 'Call Katherine Johnson with video' }));
    act(() => sightline.placed[0]?.go('CONNECTED', { connectedAtMs: Date.now() }));
    rings();
    await user.click(screen.getByRole('button', { name: 'Hang up and answer' }));
    expect(sightline.placed[0]?.asked).toEqual(['hang up']);
    expect(screen.getByRole('main', { name: 'Call with Ada' })).toBeTruthy();
  });

  it('shows the waiting call, and who hung up, when the other side ends theirs', async () => {
    const { sightline, user, call, ring: rings } = await ring();
    await user.click(screen.getByRole('button', { name: 'Call Katherine Johnson with video' }));
    act(() => sightline.placed[0]?.go('CONNECTED', { connectedAtMs: Date.now() }));
    rings();
    await user.click(screen.getByRole('button', { name: 'Hold and answer' }));
    act(() => call.end('ended'));
    expect(at('[data-parted="ended"]')?.textContent).toBe('Ada hung up.');
    expect(at('[data-own-hold]')).toBeTruthy();
    await user.click(screen.getByRole('button', { name: 'Resume' }));
    expect(sightline.placed[0]?.snapshot.onHold).toBe(false);
  });

  it('names everybody it is for', async () => {
    const { ring: rings } = await ring({
      others: [
        { personId: 'ada', displayName: 'Ada', standing: 'joined' },
        { personId: 'alan', displayName: 'Alan', standing: 'ringing' },
      ],
    });
    rings();
    expect(screen.getByRole('dialog', { name: 'Ada is calling with video, with Alan' })).toBeTruthy();
  });

  it('may be answered from the last screen of another call', async () => {
    const { sightline, user, call, ring: rings } = await ring();
    await user.click(screen.getByRole('button', { name: 'Call Katherine Johnson with video' }));
    act(() => sightline.placed[0]?.end('missed'));
    rings();
    await user.click(screen.getByRole('button', { name: 'Answer with voice' }));
    expect(call.asked).toEqual(['answer with voice']);
    await waitFor(() => expect(at('[data-call-state="CONNECTING"]')).toBeTruthy());
  });
});
