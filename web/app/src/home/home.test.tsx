import { SightlineError } from '@sightline/sdk';
import { act, render, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { describe, expect, it } from 'vitest';
import { App } from '../App';
import { FakeCall } from '../testing/fakeCall';
import { FakeSightline } from '../testing/fakeSightline';
import { people, recentCalls, record } from '../testing/samples';

const at = (selector: string) => document.querySelector(selector);

async function open(sightline = new FakeSightline({ people, calls: recentCalls })) {
  const user = userEvent.setup();
  render(<App sightline={sightline} />);
  // What is on the screen listens only a moment later.
  await waitFor(() => expect(sightline.asked).toContain('connect'));
  return { sightline, user };
}

const names = () => [...document.querySelectorAll('[data-person] .row-name')].map((name) => name.textContent);

describe('the people', () => {
  it('are listed with those who are here first', async () => {
    await open();
    await screen.findByText('Konrad Zuse');
    expect(names().slice(0, 2)).toEqual(['Ada Lovelace', 'Alan Turing']);
    expect(at('[data-person="ada"] [data-presence]')?.textContent).toBe('Online');
    expect(at('[data-person="alan"] [data-presence="in_call"]')?.textContent).toBe('In a call');
  });

  it('change their presence without changing their place', async () => {
    const { sightline } = await open();
    await screen.findByText('Konrad Zuse');
    const before = names();
    act(() => sightline.setPresence('ada', 'offline'));
    expect(at('[data-person="ada"] [data-presence="offline"]')).toBeTruthy();
    expect(names()).toEqual(before);
  });

  it('are shown as they were told to be while their list was on its way', async () => {
    const sightline = new FakeSightline({ people });
    const list = sightline.people();
    let arrive = () => {};
    const onItsWay = new Promise<void>((resolve) => {
      arrive = resolve;
    });
    sightline.people = () => onItsWay.then(() => list);
    await open(sightline);
    act(() => sightline.setPresence('ada', 'in_call'));
    arrive();
    await screen.findByText('Konrad Zuse');
    expect(at('[data-person="ada"] [data-presence="in_call"]')).toBeTruthy();
  });

  it('include someone who signed up a moment ago', async () => {
    const { sightline } = await open();
    await screen.findByText('Konrad Zuse');
    sightline.peopleThere = [...people, { personId: 'new', displayName: 'Newcomer', presence: 'online' }];
    act(() => sightline.setPresence('new', 'online'));
    expect(await screen.findByText('Newcomer')).toBeTruthy();
  });

  it('can be searched', async () => {
    const { user } = await open();
    await user.type(screen.getByRole('searchbox', { name: 'Search people' }), 'kat');
    await waitFor(() => expect(names()).toEqual(['Katherine Johnson']));
    await user.type(screen.getByRole('searchbox'), 'x');
    expect(await screen.findByText('Nobody called “katx”')).toBeTruthy();
  });

  it('invite to share the address while nobody else is here', async () => {
    await open(new FakeSightline());
    await waitFor(() => expect(at('[data-people-state="empty"]')).toBeTruthy());
    expect(screen.getByText(location.origin)).toBeTruthy();
  });

  it('can be asked for again when they could not be loaded', async () => {
    const sightline = new FakeSightline({ people });
    sightline.failures.people = new SightlineError('unreachable', 'no answer');
    const { user } = await open(sightline);
    await waitFor(() => expect(at('[data-people-state="failed"]')).toBeTruthy());
    delete sightline.failures.people;
    await user.click(screen.getByRole('button', { name: 'Try again' }));
    expect(await screen.findByText('Ada Lovelace')).toBeTruthy();
  });

  it('are called with video or with voice', async () => {
    const { sightline, user } = await open();
    await user.click(await screen.findByRole('button', { name: 'Call Ada Lovelace with voice' }));
    expect(sightline.placed[0]?.snapshot.callType).toBe('audio');
    expect(at('[data-screen="call"][data-call-type="audio"]')).toBeTruthy();
    expect(document.querySelectorAll('[data-screen]')).toHaveLength(1);
  });

  it('get the focus back on the button that called them', async () => {
    const { sightline, user } = await open();
    await user.click(await screen.findByRole('button', { name: 'Call Ada Lovelace with video' }));
    act(() => sightline.placed[0]?.end('missed'));
    await user.click(screen.getByRole('button', { name: 'Return' }));
    await waitFor(() =>
      expect(document.activeElement).toBe(screen.getByRole('button', { name: 'Call Ada Lovelace with video' })),
    );
  });
});

describe('recent calls', () => {
  it('say how they went, and mark the missed ones', async () => {
    await open();
    const list = await screen.findByRole('list', { name: 'Recent calls' });
    const rows = within(list).getAllByRole('listitem');
    expect(rows[0]?.textContent).toContain('Missed');
    expect(rows[0]?.classList.contains('row-missed')).toBe(true);
    expect(rows[0]?.dataset).toMatchObject({ outcome: 'missed', direction: 'incoming' });
    expect(rows[1]?.textContent).toContain('Outgoing, 23 min');
  });

  it('call back the way the call was', async () => {
    const alan = { personId: 'alan', displayName: 'Alan Turing' };
    const calls = [record('1', alan, 'missed', { incoming: true, voice: true })];
    const { sightline, user } = await open(new FakeSightline({ calls }));
    await user.click(await screen.findByRole('button', { name: 'Call Alan Turing back' }));
    expect(sightline.placed[0]?.snapshot).toMatchObject({ callType: 'audio', others: [{ personId: 'alan' }] });
  });

  it('are renewed when a call has rung and gone', async () => {
    const { sightline } = await open(new FakeSightline());
    await waitFor(() => expect(at('[data-recent-state="empty"]')).toBeTruthy());
    sightline.recentCalls = recentCalls;
    act(() => sightline.ring(new FakeCall({ state: 'INCOMING', direction: 'incoming' })).end('missed'));
    await waitFor(() => expect(at('[data-recent-state="ready"]')).toBeTruthy());
  });
});

describe('home', () => {
  it('keeps a missed call on screen until it is dismissed', async () => {
    const { sightline, user } = await open();
    act(() => sightline.ring(new FakeCall({ state: 'INCOMING', direction: 'incoming' })).end('missed'));
    expect(at('[data-notice]')?.textContent).toContain('You missed a call from Ada');
    await user.click(screen.getByRole('button', { name: 'Dismiss' }));
    expect(at('[data-notice]')).toBeNull();
  });

  it('says when calls cannot get through, and loads anew when they can', async () => {
    const { sightline } = await open();
    act(() => sightline.setService('offline'));
    expect(at('[data-service="offline"]')).toHaveProperty('hidden', true);
    await waitFor(() => expect(at('[data-service="offline"]')).toHaveProperty('hidden', false));
    expect(screen.getByText('You are offline.')).toBeTruthy();
    sightline.asked.length = 0;
    act(() => sightline.setService('online'));
    await waitFor(() => expect(at('[data-service]')).toBeNull());
    expect(sightline.asked).toEqual(expect.arrayContaining(['people', 'calls']));
  });

  it('leads back to sign-in when one was signed out elsewhere', async () => {
    const { sightline, user } = await open();
    act(() => sightline.setService('signed_out'));
    await user.click(await screen.findByRole('button', { name: 'Sign in again' }));
    expect(at('[data-screen="sign-in"]')).toBeTruthy();
  });

  it('connects this window again when there were too many', async () => {
    const { sightline, user } = await open();
    act(() => sightline.setService('too_many_devices'));
    sightline.asked.length = 0;
    await user.click(await screen.findByRole('button', { name: 'Connect again' }));
    expect(sightline.asked).toEqual(['disconnect', 'connect']);
  });

  it('signs out', async () => {
    const { sightline, user } = await open();
    await user.click(screen.getByRole('button', { name: 'Sign out' }));
    await waitFor(() => expect(at('[data-screen="sign-in"]')).toBeTruthy());
    expect(sightline.asked).toContain('disconnect');
  });

  it('says when signing out failed', async () => {
    const { sightline, user } = await open();
    sightline.failures.signOut = new SightlineError('unreachable', 'no answer');
    await user.click(screen.getByRole('button', { name: 'Sign out' }));
    expect((await screen.findByRole('alert')).textContent).toContain('could not be signed out');
  });

  it('remembers the chosen theme', async () => {
    const { user } = await open();
    await user.click(screen.getByRole('button', { name: 'Settings' }));
    await user.click(screen.getByRole('radio', { name: 'Dark' }));
    expect(document.documentElement.dataset.theme).toBe('dark');
    expect(localStorage.getItem('sightline.theme')).toBe('dark');
    await user.click(screen.getByRole('radio', { name: 'System' }));
    expect(document.documentElement.dataset.theme).toBeUndefined();
    expect(localStorage.getItem('sightline.theme')).toBeNull();
  });
});
