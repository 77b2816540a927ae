import { SightlineError } from '@sightline/sdk';
import { render, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { describe, expect, it, vi } from 'vitest';
import { App } from '../App';
import { FakeSightline, grace } from '../testing/fakeSightline';
import { people, recentCalls } from '../testing/samples';
import { charts, pathOf, topOf } from './charts';
import { calmReport, row, troubledReport } from './samples';

function show(sightline: FakeSightline) {
  location.hash = 'report=2';
  render(<App sightline={sightline} />);
  return sightline;
}

const withReport = (report = troubledReport()) => {
  const sightline = new FakeSightline({ people, calls: recentCalls });
  sightline.report = report;
  return sightline;
};

/** A call of one measured link, in whose row no two figures are alike. */
const oneRow = (() => {
  const { call, devices } = calmReport();
  const [mine] = devices.filter(({ personId }) => personId === grace.personId);
  if (!mine) throw new Error('The report has no device of one’s own.');
  const figures = row(call.createdAtMs + 20_000, 'ada', {
    sound: 71,
    picture: 62,
    receiveBitrateBps: 1_500_000,
    sendBitrateBps: 640_000,
    receivedLossShare: 0.03,
    sentLossShare: 0.12,
    roundTripMs: 210,
    jitterMs: 17,
    framesPerSecond: 24,
    sentFramesPerSecond: 13,
    frameHeight: 540,
    sentFrameHeight: 180,
  });
  return { call, devices: [{ ...mine, samples: [figures] }] };
})();

describe('the report of a call', () => {
  it('is reached from the list of recent calls, and leads back to its button', async () => {
    const user = userEvent.setup();
    render(<App sightline={withReport()} />);
    const [first] = await screen.findAllByRole('button', { name: 'Report of the call with Katherine Johnson' });
    await user.click(first as HTMLElement);
    expect(await screen.findByRole('heading', { level: 1, name: 'Call with Ada Lovelace' })).toBeTruthy();
    await user.click(screen.getByRole('button', { name: 'Back' }));
    await waitFor(() =>
      expect(document.activeElement?.getAttribute('aria-label')).toBe('Report of the call with Katherine Johnson'),
    );
  });

  it('is offered of calls that connected or could not, and of no others', async () => {
    render(<App sightline={withReport()} />);
    await screen.findByRole('list', { name: 'Recent calls' });
    expect(screen.getAllByRole('button', { name: /^Report of/ })).toHaveLength(3);
  });

  it('says first what went wrong', async () => {
    show(withReport());
    const verdict = await screen.findByRole('heading', { name: /interrupted for 14 s/ });
    expect(verdict.closest('section')?.textContent).toContain('lost 12 % for 40 s');
  });

  it('shows how each took part', async () => {
    show(withReport());
    const you = await screen.findByRole('region', { name: 'You' });
    expect(you.textContent).toContain('Directly, then through a relay, over TLS');
    expect(you.textContent).toContain('Wi-Fi');
    expect(you.textContent).toContain('2 restarts of a path');
    expect(screen.getByRole('region', { name: 'Ada Lovelace' }).textContent).toContain('None');
  });

  it('says in words and in a table what the lines show', async () => {
    const user = userEvent.setup();
    show(withReport());
    await user.selectOptions(await screen.findByRole('combobox', { name: 'Measured by' }), 'You, with Ada Lovelace');
    expect(screen.getByRole('img', { name: /^Packet loss.*Sent: .* to 12 %/ })).toBeTruthy();
    await user.click(screen.getByText('The same as a table'));
    const table = within(await screen.findByRole('table'));
    expect(table.getAllByRole('row').length).toBe(58);
    expect(table.getAllByRole('cell', { name: '12 %' }).length).toBe(8);
  });

  it.each([
    ['Score', 'Sound', '71', 'Picture', '62'],
    ['Bitrate', 'Received', '1.5 Mbit/s', 'Sent', '640 kbit/s'],
    ['Packet loss', 'Received', '3.0 %', 'Sent', '12 %'],
    ['Delay', 'Round trip', '210 ms', 'Jitter', '17 ms'],
    ['Frames a second', 'Received', '24', 'Sent', '13'],
    ['Picture height', 'Received', '540 lines', 'Sent', '180 lines'],
  ])('draws the %s of a link, what it is for each way', async (title, first, firstValue, second, secondValue) => {
    show(withReport(oneRow));
    const chart = await screen.findByRole('img', { name: new RegExp(`^${title}\\.`) });
    const said = (name: string, value: string) => `${name}: ${value} on average, from ${value} to ${value}`;
    expect(chart.getAttribute('aria-label')).toBe(
      `${title}. ${said(first, firstValue)}. ${said(second, secondValue)}.`,
    );
    expect(chart.querySelectorAll('path[data-line]')).toHaveLength(2);
  });

  it('can be kept as a file', async () => {
    const user = userEvent.setup();
    const made: Blob[] = [];
    URL.createObjectURL = (blob) => {
      made.push(blob as Blob);
      return 'blob:report';
    };
    URL.revokeObjectURL = () => {};
    const click = vi.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(() => {});
    const report = calmReport();
    show(withReport(report));
    await user.click(await screen.findByRole('button', { name: 'Download as JSON' }));
    expect((click.mock.contexts[0] as HTMLAnchorElement).download).toBe('call-2.json');
    expect(JSON.parse(await textOf(made[0] as Blob))).toEqual(JSON.parse(JSON.stringify(report)));
  });

  it('of a call of which nothing was measured says so', async () => {
    show(new FakeSightline({ people, calls: recentCalls }));
    expect(await screen.findByRole('heading', { name: 'Nothing was measured' })).toBeTruthy();
  });

  it('right after the call waits for what one’s own device still has to say', async () => {
    const report = calmReport();
    const call = { ...report.call, endedAtMs: Date.now() };
    const early = { call, devices: report.devices.filter(({ personId }) => personId !== grace.personId) };
    const sightline = show(withReport(early));
    await screen.findByRole('heading', { name: 'Figures' });
    expect(screen.queryByRole('region', { name: 'You' })).toBeNull();
    sightline.report = { ...report, call };
    expect(await screen.findByRole('region', { name: 'You' })).toBeTruthy();
  });

  it('that cannot be had can be asked for again', async () => {
    const user = userEvent.setup();
    const sightline = withReport();
    sightline.failures.callReport = new SightlineError('unreachable', 'no answer');
    show(sightline);
    await screen.findByRole('alert');
    delete sightline.failures.callReport;
    await user.click(screen.getByRole('button', { name: 'Try again' }));
    expect(await screen.findByRole('heading', { name: 'Figures' })).toBeTruthy();
  });
});

function textOf(blob: Blob): Promise<string> {
  return new Promise((resolve) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result));
    reader.readAsText(blob);
  });
}

describe('a line', () => {
  const [, bitrate] = charts;
  if (!bitrate) throw new Error('There is no chart of the bitrate.');
  const [received] = bitrate.series;
  if (!received) throw new Error('It has no line.');
  const at = (atMs: number, receiveBitrateBps: number | null) => row(atMs, 'ada', { receiveBitrateBps });

  it('goes from the left to the right and from below to the top', () => {
    const rows = [at(5_000, 0), at(10_000, 1_000_000)];
    expect(pathOf(received, rows, 0, 10_000, 1_000_000)).toBe('M0.0000 1.0000L0.5000 1.0000L1.0000 0.0000');
  });

  it('is interrupted where nothing was measured', () => {
    const rows = [at(5_000, 1), at(10_000, null), at(15_000, 1), at(40_000, 1)];
    expect(pathOf(received, rows, 0, 40_000, 1).match(/M/g)).toHaveLength(3);
  });

  it('has an axis that holds every value', () => {
    expect(topOf(bitrate, [at(5_000, 3_000_000)])).toBe(3_000_000);
    expect(topOf(bitrate, [])).toBe(bitrate.atLeast);
  });
});
