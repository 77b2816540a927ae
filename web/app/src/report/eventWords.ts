import type { ReportEvent } from '@sightline/sdk';

const stateWords: Readonly<Record<string, string>> = {
  INITIATING: 'Calling',
  RINGING: 'Ringing',
  INCOMING: 'Ringing',
  CONNECTING: 'Connecting',
  CONNECTED: 'Connected',
  RECONNECTING: 'Interrupted',
  ENDING: 'Hanging up',
  ENDED: 'Over',
};

export const stateWord = (state: string): string => stateWords[state] ?? state;

const pathWords: Readonly<Record<string, string>> = {
  direct: 'directly',
  'relay:udp': 'through a relay, over UDP',
  'relay:tcp': 'through a relay, over TCP',
  'relay:tls': 'through a relay, over TLS',
  'relay:theirs': 'through the other’s relay',
};

export const pathWord = (path: string): string => pathWords[path] ?? 'through a relay';

const networkWords: Readonly<Record<string, string>> = {
  wifi: 'Wi-Fi',
  ethernet: 'cable',
  cellular: 'mobile network',
  vpn: 'VPN',
};

export const networkWord = (network: string): string => networkWords[network] ?? 'a network of unknown kind';

const levelWords: Readonly<Record<string, string>> = {
  excellent: 'in full',
  good: 'in full size with fewer bits',
  poor: 'at half size',
  critical: 'at a third of the size',
  paused: 'not at all, to protect the sound',
};

const onOff = (what: string, value: string) => `${what} turned ${value}`;

/** One line for an event. */
export function eventWords({ kind, value, personId }: ReportEvent, nameOf: (personId: string) => string): string {
  const who = personId === null ? '' : nameOf(personId);
  switch (kind) {
    case 'state':
      return stateWord(value);
    case 'end':
      return `Ended: ${value.replaceAll('_', ' ')}`;
    case 'signalling':
      return value === 'up' ? 'The server is reached' : 'The server is not reached';
    case 'link':
      return value === 'up' ? `Connected to ${who}` : `No media to and from ${who}`;
    case 'restart':
      return `Looked for another path to ${who} (${value})`;
    case 'path':
      return `Media to ${who} goes ${pathWord(value)}`;
    case 'network':
      return `Media to ${who} leaves by ${networkWord(value)}`;
    case 'codec':
      return `Pictures of ${who} come as ${value}`;
    case 'level':
      return `Pictures to ${who} are sent ${levelWords[value] ?? value}`;
    case 'microphone':
      return onOff('Microphone', value);
    case 'camera':
      return onOff('Camera', value);
    case 'screen':
      return value === 'on' ? 'Screen shared' : 'Screen not shared';
    case 'hold':
      return value === 'on' ? 'Put on hold' : 'Not on hold';
    case 'device':
      return deviceWords(value);
    case 'problem':
      return `Could not use the ${value.replace(':', ': ').replaceAll('_', ' ')}`;
    case 'warning':
      return `Told: ${value.replaceAll('_', ' ')}`;
  }
}

function deviceWords(value: string): string {
  const [device = '', what = ''] = value.split(':');
  const words: Readonly<Record<string, string>> = {
    system: `Uses the system’s ${device}`,
    chosen: `Uses a chosen ${device}`,
    lost: `The ${device} was unplugged`,
    back: `The ${device} is back`,
    replaced: `The ${device} was replaced by another`,
  };
  return words[what] ?? value;
}
