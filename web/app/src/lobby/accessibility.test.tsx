import { render, waitFor } from '@testing-library/react';
import axe from 'axe-core';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { fakeStream } from '../testing/fakeStream';
import { scenes } from '../testing/scenes';

vi.mock('../testing/drawnStream', () => ({ looks: {}, drawnStream: () => fakeStream() }));

/** A scene, and what is on the page once it is set. Contrast needs a real browser. */
const settled: Readonly<Record<string, string>> = {
  lobby: '[data-mirror="on"]',
  'lobby-call': '[data-lobby="video"]',
  'lobby-voice': '[data-lobby="audio"]',
  'lobby-pending': '[data-mirror="pending"]',
  'lobby-off': '[data-mirror="off"]',
  'lobby-not-allowed': '[data-capture-problem]',
  'lobby-insecure': '[data-capture-problem]',
  'lobby-phone': '[data-devices] .button',
  'device-offer': '[data-device-offer]',
  'device-notice': '[data-device-notice]',
  'effects-no-model': '[data-effect-state="unavailable"]',
  'home-missed': '[data-missed-calls="2"]',
  'home-groups': '[data-outcomes]',
  settings: '[data-settings]',
  'group-dialog': '[data-choice]',
};

describe('the scene', () => {
  beforeEach(() => vi.spyOn(document, 'visibilityState', 'get').mockReturnValue('hidden'));
  afterEach(() => vi.restoreAllMocks());

  it.each(Object.entries(settled))('%s has nothing that axe objects to', async (name, selector) => {
    render(scenes[name]?.());
    await waitFor(() => expect(document.querySelector(selector)).toBeTruthy());
    const { violations } = await axe.run(document.body, { rules: { 'color-contrast': { enabled: false } } });
    expect(violations.map((violation) => `${violation.id}: ${violation.nodes[0]?.html}`)).toEqual([]);
  });
});
