import type { CallSnapshot, RemotePeer, Standing } from '@sightline/sdk';
import { isOn, isWaiting } from './states';

const standings: Readonly<Record<Standing, string>> = {
  ringing: 'is being called.',
  joined: 'joined.',
  declined: 'declined.',
  busy: 'is in another call.',
  missed: 'did not answer.',
  left: 'left.',
  lost: 'lost the connection.',
};

/** What somebody who does not see the screen wants to know of a change: who came and went, and what they do. */
export function changeWords(before: CallSnapshot, now: CallSnapshot): readonly string[] {
  if (before === now || isWaiting(now.state) || !isOn(now.state)) return [];
  return [
    ...comings(before, now),
    ...now.remotes.flatMap((remote) => doings(sameAs(before, remote), remote)),
    ...own(before, now),
  ];
}

/** In a call of two, the states of the call say it all. */
function comings(before: CallSnapshot, now: CallSnapshot): readonly string[] {
  if (now.others.length < 2 || isWaiting(before.state)) return [];
  return now.others
    .filter((other) => before.others.find((one) => one.personId === other.personId)?.standing !== other.standing)
    .map((other) => `${other.displayName} ${standings[other.standing]}`);
}

const sameAs = (snapshot: CallSnapshot, { peer }: RemotePeer) =>
  snapshot.remotes.find((remote) => remote.peer === peer);

function doings(before: RemotePeer | undefined, now: RemotePeer): readonly string[] {
  const name = now.displayName;
  const words: string[] = [];
  if (now.handRaised && !before?.handRaised) words.push(`${name} raised a hand`);
  if (now.onHold && !before?.onHold) words.push(`${name} put this call on hold.`);
  if (!now.onHold && before?.onHold) words.push(`${name} is back.`);
  if (now.screenStream && !before?.screenStream) words.push(`${name} shares a screen.`);
  if (!now.screenStream && before?.screenStream) words.push(`${name} stopped sharing.`);
  return words;
}

function own(before: CallSnapshot, now: CallSnapshot): readonly string[] {
  const words: string[] = [];
  if (now.screenStream && !before.screenStream) words.push('You are sharing your screen.');
  if (!now.screenStream && before.screenStream) words.push('You stopped sharing your screen.');
  if (now.onHold && !before.onHold) words.push('This call is on hold.');
  if (!now.onHold && before.onHold) words.push('This call goes on.');
  return words;
}
