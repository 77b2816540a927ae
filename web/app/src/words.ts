/** Everything we say about how a call went. One table, so that no reason is without words. */
import type { EndReason, Outcome, Presence, Quality, ServiceState, Standing } from '@sightline/sdk';

export interface EndContext {
  readonly name: string;
  readonly incoming: boolean;
  readonly bySelf: boolean;
  readonly video: boolean;
  /** More than two people; `name` then lists the others. */
  readonly group?: boolean;
  /** A TURN server answered this device: its own network lets calls pass. */
  readonly relayReached?: boolean;
}

type PathContext = Pick<EndContext, 'name' | 'group' | 'relayReached'>;

/** What to try where no path for media is found though the server is there. */
export function pathAdvice({ name, group, relayReached }: PathContext): string {
  if (!relayReached) {
    return 'Your network may block calls. Try another network, turn off a VPN, or ask your administrator to let calls pass.';
  }
  const whose = group ? 'the others’ network' : `the network of ${name}`;
  return `Your side works; ${whose} may block calls. Another network there may help, or one without a VPN.`;
}

interface EndWords {
  /** The headline of the last screen. */
  title(context: EndContext): string;
  /** What happened or what to do next, in one or two sentences; may be empty. */
  detail(context: EndContext): string;
  /** Whether calling again can help. */
  readonly again: boolean;
}

interface OutcomeWords extends EndWords {
  /** In the list of recent calls. */
  listed(incoming: boolean): string;
}

export const endWords: Readonly<Record<Outcome, OutcomeWords> & Record<Exclude<EndReason, Outcome>, EndWords>> = {
  ended: {
    title: () => 'Call ended',
    detail: ({ name, bySelf, group }) =>
      bySelf ? 'You hung up.' : group ? 'Everybody else has left.' : `${name} hung up.`,
    again: true,
    listed: (incoming) => (incoming ? 'Incoming' : 'Outgoing'),
  },
  cancelled: {
    title: ({ name, incoming, bySelf }) => (incoming && !bySelf ? `${name} stopped calling` : 'Call cancelled'),
    detail: ({ name, incoming, bySelf }) => {
      if (!bySelf) return incoming ? '' : `${name} hung up before you were connected.`;
      return incoming ? 'You hung up before you were connected.' : `${name} will see that you called.`;
    },
    again: true,
    listed: (incoming) => (incoming ? 'Missed' : 'Cancelled'),
  },
  declined: {
    title: ({ name, incoming, group }) =>
      incoming ? 'You declined' : group ? 'Nobody can talk right now' : `${name} can’t talk right now`,
    detail: ({ incoming, group }) =>
      incoming
        ? ''
        : group
          ? 'Nobody could take the call. Try again later.'
          : 'The call was declined. Try again later.',
    again: true,
    listed: (incoming) => (incoming ? 'You declined' : 'Declined'),
  },
  missed: {
    title: ({ name, incoming }) => (incoming ? `You missed a call from ${name}` : 'No answer'),
    detail: ({ name, incoming }) => (incoming ? '' : `${name} will see that you called.`),
    again: true,
    listed: (incoming) => (incoming ? 'Missed' : 'No answer'),
  },
  busy: {
    title: ({ name, incoming, group }) =>
      incoming
        ? `${name} called while you were busy`
        : group
          ? 'Everybody is in another call'
          : `${name} is in another call`,
    detail: ({ incoming }) => (incoming ? '' : 'Try again in a few minutes.'),
    again: true,
    listed: (incoming) => (incoming ? 'Missed while busy' : 'Busy'),
  },
  answered_elsewhere: {
    title: () => 'Answered on another device',
    detail: () => 'The call goes on there.',
    again: false,
    listed: () => 'Answered on another device',
  },
  failed_setup: {
    title: () => 'The call could not be set up',
    detail: (context) => `The devices found no way to each other. ${pathAdvice(context)}`,
    again: true,
    listed: () => 'Could not connect',
  },
  connection_lost: {
    title: () => 'Connection lost',
    detail: (context) => `The way between the devices broke and did not come back. ${pathAdvice(context)}`,
    again: true,
    listed: () => 'Connection lost',
  },
  left: {
    title: ({ name, bySelf }) => (bySelf ? 'You left the call' : `${name} left the call`),
    detail: ({ bySelf, group }) =>
      bySelf ? (group ? 'The others can go on without you.' : '') : 'The other window was closed.',
    again: true,
    listed: (incoming) => (incoming ? 'Incoming' : 'Outgoing'),
  },
  server_unreachable: {
    title: () => 'Sightline can’t be reached',
    detail: () => 'Check your internet connection or try another network, then call again.',
    again: true,
  },
  signed_out: {
    title: () => 'You were signed out',
    detail: () => 'Return and sign in again to go on calling.',
    again: false,
  },
  refused: {
    title: () => 'This call is not possible',
    detail: ({ name }) => `The server did not let the call to ${name} begin. Return and try again.`,
    again: true,
  },
};

export const presenceWords: Readonly<Record<Presence, string>> = {
  online: 'Online',
  in_call: 'In a call',
  offline: 'Offline',
};

/** What somebody has to do with a call. */
export const standingWords: Readonly<Record<Standing, string>> = {
  ringing: 'Ringing…',
  joined: 'In the call',
  declined: 'Declined',
  busy: 'In another call',
  missed: 'Did not answer',
  left: 'Left',
  lost: 'Connection lost',
};

export const qualityWords: Readonly<Record<Quality | 'unknown', string>> = {
  excellent: 'excellent',
  good: 'good',
  poor: 'poor',
  critical: 'very poor',
  unknown: 'being measured',
};

export const serviceWords: Readonly<Record<Exclude<ServiceState, 'online'>, { title: string; detail: string }>> = {
  offline: { title: 'You are offline.', detail: 'Calls can’t reach you until the connection is back.' },
  connecting: { title: 'Connecting…', detail: 'Calls can’t reach you yet.' },
  signed_out: { title: 'You were signed out.', detail: 'Sign in again so that calls can reach you.' },
  too_many_devices: {
    title: 'Sightline is open in too many windows.',
    detail: 'Close one of them, then connect this one again.',
  },
};

/** `0:42`, `12:05`, `1:02:09`. */
export function clockWords(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const two = (value: number) => String(value).padStart(2, '0');
  const minutes = Math.floor(seconds / 60) % 60;
  const hours = Math.floor(seconds / 3600);
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
}

/** `45 s`, `12 min`, `1 h 5 min`. */
export function durationWords(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  return minutes % 60 === 0 ? `${minutes / 60} h` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** `14:05`, as it is written where the person lives. */
export const clockTimeWords = (atMs: number): string =>
  new Date(atMs).toLocaleTimeString(undefined, { hour: 'numeric', minute: '2-digit' });

/** `14:05`, `Yesterday`, `Tue`, `3 Nov`: as near as it still matters. */
export function whenWords(atMs: number, nowMs: number): string {
  const at = new Date(atMs);
  const startOfDay = (date: Date) => new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime();
  const days = Math.round((startOfDay(new Date(nowMs)) - startOfDay(at)) / 86_400_000);
  if (days <= 0) return clockTimeWords(atMs);
  if (days === 1) return 'Yesterday';
  if (days < 7) return at.toLocaleDateString('en', { weekday: 'short' });
  const sameYear = at.getFullYear() === new Date(nowMs).getFullYear();
  return at.toLocaleDateString('en-GB', { day: 'numeric', month: 'short', ...(sameYear ? {} : { year: 'numeric' }) });
}

/** `Saturday, 21 November 2026, 14:05` */
export function dateWords(atMs: number): string {
  const day = { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' } as const;
  return `${new Date(atMs).toLocaleDateString('en-GB', day)}, ${clockTimeWords(atMs)}`;
}
