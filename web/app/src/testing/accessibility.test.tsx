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
  incoming: '[data-call-state="INCOMING"]',
  initiating: '[data-call-state="INITIATING"]',
  ringing: '[data-call-state="RINGING"]',
  connecting: '[data-call-state="CONNECTING"]',
  'connected-other-off': '[data-remote-hand]',
  'connected-voice': '[data-call-type="audio"]',
  'connected-second-call': '[data-call-state="INCOMING"]',
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
