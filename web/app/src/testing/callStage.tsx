import type { CallSnapshot, EndReason } from '@sightline/sdk';
import { rememberLobbySeen } from '../ui/settings';
import { drawnStream, looks } from './drawnStream';
import { FakeCall } from './fakeCall';
import type { FakeSightline } from './fakeSightline';
import { connectedCall } from './samples';
import { app, home } from './stage';

const ada = { personId: 'ada', displayName: 'Ada Lovelace', standing: 'joined' as const };
const settleMs = 200;

export function ringing(start: Partial<CallSnapshot>, then: (call: FakeCall) => void = () => {}) {
  const sightline = home();
  setTimeout(() => {
    const call = new FakeCall({ state: 'INCOMING', direction: 'incoming', others: [ada], ...start });
    then(sightline.ring(call));
  }, settleMs);
  return app(sightline);
}

export function placed(then: (call: FakeCall) => void, rings?: FakeCall) {
  rememberLobbySeen();
  const sightline = home();
  const place = sightline.call.bind(sightline);
  sightline.call = (person, options) => {
    const call = place(person, options);
    setTimeout(() => {
      then(call);
      if (rings) sightline.ring(rings);
    });
    return call;
  };
  soon(findCallButton, (button) => button.click());
  return app(sightline);
}

export function talking(
  { look = 'ada', call }: { look?: keyof typeof looks; call?: FakeCall } = {},
  then: (call: FakeCall, sightline: FakeSightline) => void = () => {},
) {
  rememberLobbySeen();
  const sightline = home();
  const shown = call ?? connectedCall(drawnStream(looks[look]), drawnStream(looks.self));
  sightline.call = () => shown;
  soon(findCallButton, (button) => {
    button.click();
    then(shown, sightline);
  });
  return app(sightline);
}

/** Presses buttons one after the other, each found by the beginning of its name as soon as it is there. */
export function press(...[name, ...rest]: readonly string[]): void {
  if (name === undefined) return;
  const find = () =>
    [...document.querySelectorAll<HTMLElement>('button')].find((button) =>
      (button.ariaLabel ?? button.textContent?.trim() ?? '').startsWith(name),
    );
  soon(find, (button) => {
    button.click();
    press(...rest);
  });
}

function soon<T>(find: () => T | null | undefined, then: (found: T) => void): void {
  const timer = setInterval(() => {
    const found = find();
    if (!found) return;
    clearInterval(timer);
    then(found);
  }, settleMs);
}

const findCallButton = () => document.querySelector<HTMLElement>('[data-call-button="video:ada"]');

export function ended(reason: EndReason) {
  const talked = reason === 'ended' || reason === 'left' || reason === 'connection_lost';
  return placed((call) =>
    call.go('ENDED', {
      endReason: reason,
      endedBySelf: reason === 'cancelled',
      connectedAtMs: talked ? Date.now() - 754_000 : null,
      endedAtMs: Date.now(),
    }),
  );
}
