import { render } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { vi } from 'vitest';
import { CallScreen } from '../call/CallScreen';
import { Announcer } from '../ui/announcer';
import { SightlineProvider } from '../ui/sightline';
import type { FakeCall } from './fakeCall';
import { FakeSightline } from './fakeSightline';

/** A call's screen on its own, for tests. */
export function openCall(call: FakeCall, sightline = new FakeSightline()) {
  const onReturn = vi.fn();
  const onAgain = vi.fn();
  const onRejoin = vi.fn();
  const user = userEvent.setup();
  render(
    <SightlineProvider value={sightline}>
      <Announcer />
      <CallScreen call={call} sightline={sightline} onReturn={onReturn} onAgain={onAgain} onRejoin={onRejoin} />
    </SightlineProvider>,
  );
  return { user, sightline, onReturn, onAgain, onRejoin };
}

export const at = (selector: string) => document.querySelector(selector);
export const announced = () => at('[data-announcer]')?.textContent;
