import { SightlineError } from '@sightline/sdk';
import { act, render, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { describe, expect, it } from 'vitest';
import { App } from '../App';
import { FakeSightline } from '../testing/fakeSightline';
import { people, recentCalls } from '../testing/samples';
import { recordingOf, recordingsOfAllKinds } from './samples';
import { bytesWords } from './words';

function show(hash: string, recorded = recordingsOfAllKinds()) {
  const sightline = new FakeSightline({ people, calls: recentCalls });
  sightline.recorded = recorded;
  location.hash = hash;
  render(<App sightline={sightline} />);
  return { sightline, user: userEvent.setup() };
}

const at = (selector: string) => document.querySelector(selector);
const rowOf = (id: string) => at(`[data-recording-id="${id}"]`)?.textContent;

describe('the list of recordings', () => {
  it('is reached from home, and leads back to its button', async () => {
    const { user } = show('');
    await user.click(await screen.findByRole('button', { name: 'Recordings' }));
    expect(await screen.findByRole('heading', { level: 1, name: 'Recordings' })).toBe(document.activeElement);
    await user.click(screen.getByRole('button', { name: 'Back' }));
    await waitFor(() => expect(document.activeElement?.textContent).toBe('Recordings'));
  });

  it('says how far each is', async () => {
    show('recordings');
    await waitFor(() => expect(at('[data-recordings-state="ready"]')).toBeTruthy());
    expect(rowOf('running')).toContain('Being recorded now');
    expect(rowOf('making')).toContain('Its files are being made, 42 %');
    expect(rowOf('ready')).toContain('Call with Ada Lovelace and Alan Turing');
    expect(rowOf('ready')).toContain('23 min');
    expect(rowOf('failed')).toContain('Failed');
  });

  it('goes on by itself as they do', async () => {
    const { sightline } = show('recordings');
    await waitFor(() => expect(rowOf('making')).toContain('42 %'));
    // Where the list was only just shown, news make it load once more instead.
    act(() => sightline.changeRecording('making', { progress: 0.8 }));
    await waitFor(() => expect(rowOf('making')).toContain('80 %'));
    act(() => sightline.changeRecording('making', { status: 'ready', lengthMs: 60_000 }));
    await waitFor(() => expect(rowOf('making')).toContain('1 min'));
  });

  it('shows a recording that has just begun', async () => {
    const { sightline } = show('recordings', []);
    await screen.findByRole('heading', { name: 'No recordings yet' });
    sightline.recorded = [recordingOf({ recordingId: 'new', status: 'recording' })];
    act(() => sightline.changeRecording('new', {}));
    await waitFor(() => expect(rowOf('new')).toContain('Being recorded now'));
  });

  it('that cannot be had can be asked for again', async () => {
    const { sightline, user } = show('');
    sightline.failures.recordings = new SightlineError('unreachable', 'no answer');
    await user.click(await screen.findByRole('button', { name: 'Recordings' }));
    await screen.findByRole('alert');
    delete sightline.failures.recordings;
    await user.click(screen.getByRole('button', { name: 'Try again' }));
    await waitFor(() => expect(at('[data-recordings-state="ready"]')).toBeTruthy());
  });
});

describe('a recording', () => {
  it('is reached from the row of its call, and leads back there', async () => {
    const { user } = show('', [recordingOf()]);
    await user.click(await screen.findByRole('button', { name: 'Recording of the call with Katherine Johnson' }));
    await waitFor(() => expect(at('[data-recording-state="ready"]')).toBeTruthy());
    await user.click(screen.getByRole('button', { name: 'Back' }));
    await waitFor(() =>
      expect(document.activeElement?.getAttribute('aria-label')).toBe('Recording of the call with Katherine Johnson'),
    );
  });

  it('plays everybody together, or one person, or a screen', async () => {
    const { user } = show('recording=ready');
    const choice = await screen.findByRole('combobox', { name: 'Play' });
    expect(
      within(choice)
        .getAllByRole('option')
        .map((one) => one.textContent),
    ).toEqual(['Everybody', 'Ada Lovelace', 'You', 'Screen of Ada Lovelace']);
    expect(at('[data-player="combined"]')?.getAttribute('src')).toBe('/recordings/ready/files/everybody.mp4');
    await user.selectOptions(choice, 'Ada Lovelace');
    expect(at('[data-player="person"]')?.getAttribute('src')).toBe('/recordings/ready/files/ada.mp4');
  });

  it('goes on at the same moment when another file is chosen', async () => {
    const { user } = show('recording=ready');
    const choice = await screen.findByRole('combobox', { name: 'Play' });
    (at('video') as HTMLVideoElement).currentTime = 400;
    await user.selectOptions(choice, 'Screen of Ada Lovelace');
    const video = at('video') as HTMLVideoElement;
    act(() => void video.dispatchEvent(new Event('loadedmetadata')));
    // Her screen begins six minutes in.
    expect(video.currentTime).toBe(40);
  });

  it('can be kept', async () => {
    show('recording=ready');
    const link = await screen.findByRole('link', { name: 'Download Everybody' });
    expect(link.getAttribute('href')).toBe('/recordings/ready/files/everybody.mp4?download=1');
    expect(link.closest('li')?.textContent).toContain('23 min, 184.6 MB');
  });

  it('says what is missing and why, and plays from there', async () => {
    const { user } = show('recording=ready');
    const gaps = within(await screen.findByRole('list', { name: 'Gaps' })).getAllByRole('listitem');
    expect(gaps.map((one) => one.textContent)).toEqual([
      'Play from 2:00Ada Lovelace’s camera, 0.9 s: lost on the way',
      'Play from 9:00Ada Lovelace’s microphone, 14 s: the device was not connected',
      'Play from 9:00Ada Lovelace’s camera, 14 s: the device was not connected',
      'Play from 15:00Your camera, 2.3 s: the server was away',
    ]);
    await user.click(screen.getByRole('button', { name: 'Play from 2:00' }));
    expect((at('video') as HTMLVideoElement).currentTime).toBe(118);
  });

  it('of which nothing is missing says so', async () => {
    show('recording=ready', [recordingOf({ gaps: [], combinedProblem: 'ffmpeg is missing.' })]);
    expect(await screen.findByText('Nothing: everything that was sent is there.')).toBeTruthy();
    expect(at('[data-combined-problem]')?.textContent).toContain('ffmpeg is missing.');
  });

  it('whose files are being made shows how far that is, and then plays', async () => {
    const { sightline } = show('recording=making');
    const bar = (await screen.findByRole('progressbar')) as HTMLProgressElement;
    expect(bar.value).toBe(0.42);
    act(() => sightline.changeRecording('making', { progress: 0.9 }));
    expect(bar.value).toBe(0.9);
    act(() => sightline.changeRecording('making', recordingOf({ recordingId: 'making' })));
    expect(await screen.findByRole('combobox', { name: 'Play' })).toBeTruthy();
  });

  it('that failed says why', async () => {
    show('recording=failed');
    await waitFor(() => expect(at('[data-recording-problem="nothing_recorded"]')).toBeTruthy());
    expect(at('[data-recording-problem]')?.textContent).toContain('Nothing arrived that could be kept.');
  });

  it('of others is not shown, and can be asked for again', async () => {
    const { user, sightline } = show('recording=strange');
    await screen.findByRole('alert');
    sightline.recorded = [recordingOf({ recordingId: 'strange' })];
    await user.click(screen.getByRole('button', { name: 'Try again' }));
    expect(await screen.findByRole('combobox', { name: 'Play' })).toBeTruthy();
  });
});

describe('a size', () => {
  it.each([
    [12, '1 kB'],
    [900_000, '900 kB'],
    [12_400_000, '12.4 MB'],
    [3_210_000_000, '3.21 GB'],
  ])('of %i bytes is %s', (bytes, words) => {
    expect(bytesWords(bytes)).toBe(words);
  });
});
