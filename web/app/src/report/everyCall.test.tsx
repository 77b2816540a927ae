import { render, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { describe, expect, it } from 'vitest';
import { App } from '../App';
import { FakeSightline } from '../testing/fakeSightline';
import { people, recentCalls } from '../testing/samples';
import { calmReport } from './samples';
import { withOperator } from './scenes';

async function opened(sightline = withOperator()) {
  location.hash = '';
  render(<App sightline={sightline} />);
  await userEvent.click(await screen.findByRole('button', { name: 'Everybody' }));
  await screen.findByRole('heading', { level: 1, name: 'Calls of everybody' });
  return within(await screen.findByRole('region', { name: 'Latest calls' }));
}

describe('the calls of everybody', () => {
  it('are offered to operators alone', async () => {
    location.hash = '';
    render(<App sightline={new FakeSightline({ people, calls: recentCalls })} />);
    await screen.findByRole('button', { name: 'Recordings' });
    expect(screen.queryByRole('button', { name: 'Everybody' })).toBeNull();
  });

  it('say who called and how it went, and lead to the reports of those that were measured', async () => {
    const page = await opened();
    const rows = page.getAllByRole('listitem').map(({ textContent }) => textContent?.replace(/ · .*/, ''));
    expect(rows).toEqual([
      'Ada Lovelace and Alan TuringIn progress',
      'Ada Lovelace, Alan Turing and Katherine JohnsonConnected, 4 min',
      'You and Ada LovelaceConnection lost, 2 min',
      'Katherine Johnson and Alan TuringCould not connect',
      'Alan Turing and Katherine JohnsonNo answer',
    ]);
    expect(page.getAllByRole('link').map((link) => link.getAttribute('href')?.slice(0, 11))).toEqual([
      '#report=222',
      '#report=333',
      '#report=444',
    ]);
  });

  it('go on where one was, after a report', async () => {
    const sightline = withOperator();
    sightline.report = calmReport();
    const page = await opened(sightline);
    await userEvent.click(page.getByRole('link', { name: /Katherine Johnson and Alan/ }));
    await screen.findByRole('heading', { name: 'Figures' });
    await userEvent.click(screen.getByRole('button', { name: 'Back' }));
    await screen.findByRole('heading', { level: 1, name: 'Calls of everybody' });
  });

  it('are found by an id, out of whatever stands around it', async () => {
    await opened();
    const field = screen.getByRole('textbox', { name: 'Call id' });
    await userEvent.type(field, 'Call 4{Enter}');
    expect(screen.getByText('There is no id of a call in this.')).toBeTruthy();
    await userEvent.clear(field);
    await userEvent.type(field, 'Call 44444444-4444-4444-8444-44444444444A: ICE failed{Enter}');
    expect(location.hash).toBe('#report=44444444-4444-4444-8444-44444444444a');
  });
});
