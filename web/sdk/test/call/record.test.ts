import { describe, expect, it } from 'vitest';
import { interpret } from '../../src/call/record.js';
import type { CallView } from '../../src/protocol/messages.js';

const self = { personId: 'grace', deviceId: 'phone' };
const ada = {
  person_id: 'ada',
  display_name: 'Ada',
  standing: 'joined',
  device_id: 'laptop',
  ring_expires_at: null,
} as const;
const grace = {
  person_id: 'grace',
  display_name: 'Grace',
  standing: 'ringing',
  device_id: null,
  ring_expires_at: null,
} as const;

function record(change: Partial<CallView>): CallView {
  return {
    call_id: 'call',
    call_type: 'video',
    channel_id: 'channel',
    state: 'RINGING',
    version: 1,
    caller_id: 'ada',
    participants: [ada, grace],
    created_at: '',
    ring_expires_at: '',
    connected_at: null,
    ended_at: null,
    outcome: null,
    ended_by: null,
    recording: null,
    ...change,
  };
}

describe("the server's record of a call", () => {
  it('says who rings and who takes part', () => {
    expect(interpret(record({}), self)).toEqual({
      over: null,
      selfRings: true,
      selfJoined: false,
      recordingId: null,
      answered: false,
      joinedPeers: ['ada/laptop'],
      gone: [],
      company: 1,
    });
  });

  it('says that this device takes part', () => {
    const participants = [ada, { ...grace, standing: 'joined' as const, device_id: 'phone' }];
    const meaning = interpret(record({ state: 'CONNECTING', participants }), self);
    expect(meaning).toMatchObject({ over: null, selfJoined: true, answered: true });
  });

  it('is over here, and stays so, when another device has answered', () => {
    const participants = [ada, { ...grace, standing: 'joined' as const, device_id: 'tablet' }];
    const over = { reason: 'answered_elsewhere', bySelf: false };
    expect(interpret(record({ state: 'CONNECTING', participants }), self).over).toEqual(over);
    expect(interpret(record({ state: 'ENDED', outcome: 'ended', participants }), self).over).toEqual(over);
  });

  it('is over with its outcome, by whoever ended it', () => {
    const ended = record({ state: 'ENDED', outcome: 'declined', ended_by: 'grace' });
    expect(interpret(ended, self).over).toEqual({ reason: 'declined', bySelf: true });
    expect(interpret({ ...ended, ended_by: null }, self).over).toEqual({ reason: 'declined', bySelf: false });
    expect(interpret(ended, { ...self, personId: null }).over).toEqual({ reason: 'declined', bySelf: false });
  });

  it('is over for a person who has left a call that goes on', () => {
    const participants = [ada, { ...grace, standing: 'left' as const }];
    expect(interpret(record({ state: 'CONNECTED', participants }), self).over).toEqual({
      reason: 'left',
      bySelf: true,
    });
  });
});
