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

  it('can only be declined during another call, which goes on', async () => {
    const { sightline, user, ring: rings } = await ring();
    await user.click(screen.getByRole('button', { name: 'Call Katherine Johnson with video' }));
    rings();
    expect(at('section[data-call-state="INCOMING"]')).toBeTruthy();
    expect(screen.queryByRole('button', { name: /Answer/ })).toBeNull();
    await user.click(screen.getByRole('button', { name: 'Decline' }));
    expect(at('[data-call-state="INITIATING"]')).toBeTruthy();
    expect(sightline.placed[0]?.disposed).toBe(false);
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
