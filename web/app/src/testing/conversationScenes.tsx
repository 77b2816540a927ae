import { type CaptureProblem, type RemotePeer, SightlineError } from '@sightline/sdk';
import { placed, press, talking } from './callStage';
import { drawnStream, looks } from './drawnStream';
import { FakeCall } from './fakeCall';
import { groupCall, people, record, remotePeer } from './samples';
import type { Scenes } from './stage';

const ada = { personId: 'ada', displayName: 'Ada Lovelace' };
const alan = { personId: 'alan', displayName: 'Alan Turing' };
const katherine = { personId: 'katherine', displayName: 'Katherine Johnson' };
const hedy = { personId: 'hedy', displayName: 'Hedwig Eva Maria Kiesler-Markey, called Hedy Lamarr' };

const problem = (reason: CaptureProblem['reason'], ...devices: CaptureProblem['device'][]) =>
  talking({}, (call) => call.patch({ captureProblems: devices.map((device) => ({ device, reason })) }));

/** Groups, second calls, sharing, chat and everything that can go wrong at one's own desk. */
export const conversationScenes: Scenes = {
  'group-three': () => talking({ call: group(2) }),
  'group-four': () => talking({ call: group(3) }, busyGroup),
  'group-speaker': () =>
    talking({ call: group(3) }, (call) => {
      busyGroup(call);
      press('Show the speaker large');
    }),
  'group-ringing': () =>
    talking({ call: group(1) }, (call) => {
      call.stand({ ...katherine, standing: 'ringing' });
      call.stand({ ...alan, standing: 'declined' });
    }),
  'group-calling': () =>
    placed((call) =>
      call.go('RINGING', {
        localStream: drawnStream(looks.self),
        others: [
          { ...ada, standing: 'ringing' },
          { ...katherine, standing: 'ringing' },
          { ...alan, standing: 'declined' },
        ],
      }),
    ),
  people: () =>
    talking({ call: group(2) }, (call) => {
      call.stand({ ...hedy, standing: 'missed' });
      press('Add people');
    }),
  'people-full': () => talking({ call: group(3) }, () => press('Add people')),
  'people-error': () =>
    talking({}, (call) => {
      call.inviteFailure = new SightlineError('unreachable', 'no answer');
      press('Add people', 'Add Katherine Johnson');
    }),
  waiting: () => talking({}, (_, sightline) => sightline.ring(second())),
  'waiting-unanswered': () => {
    return placed((call) => call.go('RINGING', { localStream: drawnStream(looks.self) }), second());
  },
  held: () =>
    talking({}, (_, sightline) => {
      sightline.ring(second());
      press('Hold and answer');
    }),
  'held-parted': () =>
    talking({}, (_, sightline) => {
      const call = sightline.ring(second());
      press('Hold and answer');
      setTimeout(() => call.end('ended'), 900);
    }),
  'own-hold': () => talking({}, (call) => call.patch({ onHold: true })),
  'other-hold': () => talking({}, (call) => call.patchRemote({ onHold: true })),
  'recording-question': () => talking({}, () => press('More', 'Record this call')),
  'recording-starting': () =>
    talking({}, (call) => {
      call.recordingGate = new Promise(() => {});
      press('More', 'Record this call', 'Start recording');
    }),
  'recording-call': () => talking({}, (call) => call.record({ startedBy: 'ada' })),
  'recording-group': () => talking({ call: group(3) }, (call) => call.record()),
  'recording-interrupted': () => talking({}, (call) => call.record({ startedBy: 'ada', leg: 'interrupted' })),
  'recording-refused': () =>
    talking({}, (call) => {
      call.record({ startedBy: 'ada', leg: 'refused' });
      call.patch({ warnings: ['not_recorded'] });
    }),
  'recording-impossible': () =>
    talking({}, (call) => {
      call.recordingAnswer = { ok: false, reason: 'unavailable', detail: 'The disk of the server is full.' };
      press('More', 'Record this call', 'Start recording');
    }),
  sharing: () => talking({}, (call) => call.patch({ screenStream: drawnStream(looks.bright) })),
  'sharing-menu': () => talking({}, () => press('Share screen')),
  'sharing-refused': () =>
    talking({}, (call) => {
      call.sharing = { ok: false, reason: 'refused' };
      press('Share screen', 'Text and slidesLetters stay sharp');
    }),
  screen: () => talking({}, (call) => call.patchRemote({ screenStream: drawnStream(looks.bright) })),
  'screen-group': () =>
    talking({ call: group(3) }, (call) => call.patchRemote({ screenStream: drawnStream(looks.bright) }, 'alan')),
  more: () => talking({}, () => press('More')),
  react: () => talking({}, () => press('React')),
  reactions: () =>
    talking({ call: group(2) }, (call) => {
      setInterval(() => call.showReaction('🎉', call.snapshot.remotes[0] ?? null), 1500);
      setInterval(() => call.showReaction('👏', null), 2500);
    }),
  chat: () => talking({}, chatted('Chat')),
  'chat-group': () => talking({ call: group(3) }, chatted('Chat')),
  'chat-empty': () => talking({}, () => press('Chat')),
  'chat-unread': () => talking({}, chatted()),
  'warning-muted': () => talking({}, (call) => call.patch({ microphoneOn: false, warnings: ['speaking_while_muted'] })),
  warnings: () => talking({}, (call) => call.patch({ warnings: ['microphone_silent', 'camera_frozen'] })),
  'no-common-codec': () =>
    talking({ call: group(2) }, (call) =>
      call.patchRemote({ videoProblem: 'no_common_codec', cameraOn: false }, 'alan'),
    ),
  'no-common-codec-two': () =>
    talking({}, (call) => call.patchRemote({ videoProblem: 'no_common_codec', cameraOn: false })),
  'capture-not_allowed': () => problem('not_allowed', 'microphone', 'camera'),
  'capture-not_found': () => problem('not_found', 'camera'),
  'capture-in_use': () => problem('in_use', 'camera'),
  'capture-insecure_page': () => problem('insecure_page', 'microphone', 'camera'),
  'capture-failed': () => problem('failed', 'microphone'),
  'capture-both': () =>
    talking({}, (call) =>
      call.patch({
        captureProblems: [
          { device: 'microphone', reason: 'not_allowed' },
          { device: 'camera', reason: 'not_found' },
        ],
      }),
    ),
  'capture-ringing': () =>
    placed((call) => call.go('RINGING', { captureProblems: [{ device: 'camera', reason: 'in_use' }] })),
  'ended-rejoin': () =>
    talking({ call: group(2) }, (call, sightline) => {
      sightline.recentCalls = [{ ...record('call', ada, null), participants: call.snapshot.others }];
      call.end('left', true);
    }),
};

function group(others: 1 | 2 | 3): FakeCall {
  const guests: RemotePeer[] = [
    remotePeer(ada, drawnStream(looks.ada), { speaking: true }),
    remotePeer(alan, drawnStream(looks.bright)),
    remotePeer(people[2] ?? katherine, drawnStream(looks.tall)),
  ];
  const call = groupCall(guests.slice(0, others), drawnStream(looks.self));
  call.patch({ activeSpeaker: 'ada/device' });
  return call;
}

/** Everything that a tile can say. */
function busyGroup(call: FakeCall): void {
  call.patchRemote({ microphoneOn: false, handRaised: true, quality: 'poor' }, 'alan');
  call.patchRemote({ cameraOn: false, quality: 'critical' }, 'katherine');
}

const second = () =>
  new FakeCall({
    callId: 'second',
    state: 'INCOMING',
    direction: 'incoming',
    others: [{ ...alan, standing: 'joined' }],
  });

const chatted = (then?: string) => (call: FakeCall) => {
  const [first, , third] = call.snapshot.remotes;
  if (first) call.hear(first, 'Did you get the draft I sent this morning?');
  if (first) call.hear(first, 'https://example.org/notes/2026/a-rather-long-address-that-must-break-somewhere.html');
  call.hear(null, 'Yes, reading it now.');
  call.hear(third ?? first ?? null, 'The second figure is upside down, I think.');
  if (then) press(then);
};
