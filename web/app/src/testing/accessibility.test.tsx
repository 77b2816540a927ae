import { render, waitFor } from '@testing-library/react';
import axe from 'axe-core';
import { describe, expect, it, vi } from 'vitest';
import { fakeStream } from './fakeStream';
import { scenes } from './scenes';

vi.mock('./drawnStream', () => ({ looks: {}, drawnStream: () => fakeStream() }));

/** A scene, and what is on the page once it is set. Contrast needs a real browser. */
const settled: Readonly<Record<string, string>> = {
  'sign-in-demo': '.demo-links',
  'sign-up': '[data-screen="sign-up"]',
  loading: '[data-screen="loading"]',
  unreachable: '[data-screen="unreachable"]',
  home: '[data-people-state="ready"] .row',
  'home-empty': '[data-people-state="empty"]',
  'home-loading': '[data-people-state="loading"]',
  'home-failed': '[data-recent-state="failed"]',
  'home-too-many': '[data-service="too_many_devices"]',
  'home-notice': '[data-notice]',
  'network-open': '[data-ice-verdict="open"]',
  'network-blocked': '[data-ice-verdict="blocked"]',
  'network-testing': '[data-ice-verdict="testing"]',
  'network-failed': '[data-network-state="failed"]',
  report: '[data-verdict]',
  'report-empty': '[data-report-state="empty"]',
  'report-loading': '[data-report-state="loading"]',
  'report-failed': '[data-report-state="failed"]',
  recordings: '[data-recording-id]',
  'recordings-empty': '[data-recordings-state="empty"]',
  'recordings-loading': '[data-recordings-state="loading"]',
  'recordings-failed': '[data-recordings-state="failed"]',
  recording: '[data-player]',
  'recording-whole': '[data-combined-problem]',
  'recording-running': '[data-recording-state="recording"]',
  'recording-making': 'progress',
  'recording-nothing': '[data-recording-problem]',
  'recording-failed': '[data-recording-state="failed"]',
  'recording-question': '.recording-choice',
  'recording-call': '[data-recording="sending"]',
  'recording-interrupted': '[data-recording-interrupted]',
  'recording-refused': '[data-warning="not_recorded"]',
  'recording-impossible': '[data-recording-trouble]',
  incoming: '[data-call-state="INCOMING"]',
  initiating: '[data-call-state="INITIATING"]',
  ringing: '[data-call-state="RINGING"]',
  connecting: '[data-call-state="CONNECTING"]',
  'connected-other-off': '[data-remote-hand]',
  'connected-voice': '[data-call-type="audio"]',
  'group-four': '[data-layout="grid"][data-count="4"]',
  'group-speaker': '[data-layout="speaker"] [data-featured]',
  'group-ringing': '.pictures [data-standing="ringing"]',
  'group-calling': '[data-standing="declined"]',
  people: '[data-addable]',
  'people-full': '[data-call-full]',
  'people-error': '.side-error',
  waiting: 'section[data-call-state="INCOMING"]',
  held: '[data-held-call]',
  'own-hold': '[data-own-hold]',
  sharing: '[data-sharing]',
  'sharing-menu': '[role="dialog"]',
  'screen-group': '[data-remote-screen]',
  more: '[data-shortcuts]',
  react: '.react-choice',
  chat: '[data-message]',
  'chat-empty': '[role="log"]',
  warnings: '[data-warning]',
  'no-common-codec': '[data-video-problem]',
  'capture-not_allowed': '[data-capture-problem]',
  'capture-both': '[data-capture-problem]',
  'capture-ringing': '[data-capture-problem]',
  'ended-rejoin': '.ended-actions',
  reconnecting: '[data-reconnecting]',
  ending: '[data-call-state="ENDING"]',
  'ended-ended': '[data-duration]',
};

describe('the scene', () => {
  it.each(Object.entries(settled))('%s has nothing that axe objects to', async (name, selector) => {
    render(scenes[name]?.());
    await waitFor(() => expect(document.querySelector(selector)).toBeTruthy());
    const { violations } = await axe.run(document.body, { rules: { 'color-contrast': { enabled: false } } });
    expect(violations.map((violation) => `${violation.id}: ${violation.nodes[0]?.html}`)).toEqual([]);
  });
});
