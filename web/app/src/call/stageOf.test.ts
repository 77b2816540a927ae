import { describe, expect, it } from 'vitest';
import { fakeStream } from '../testing/fakeStream';
import { groupCall, remotePeer } from '../testing/samples';
import { changeWords } from './changeWords';
import { listWords } from './namesOf';
import { stageOf } from './stageOf';

const ada = { personId: 'ada', displayName: 'Ada' };
const alan = { personId: 'alan', displayName: 'Alan' };
const both = () => groupCall([remotePeer(ada, fakeStream()), remotePeer(alan, fakeStream())]);

describe('the stage', () => {
  it('is one picture for two people, whatever groups are shown as', () => {
    const { snapshot } = groupCall([remotePeer(ada, fakeStream())]);
    expect(stageOf(snapshot, 'speaker')).toMatchObject({ layout: 'one', featured: 'peer:ada/device' });
    expect(stageOf({ ...snapshot, remotes: [] }, 'grid')).toMatchObject({ layout: 'one', tiles: [], featured: null });
  });

  it('shows nobody large in the grid, and somebody where nobody has spoken yet', () => {
    const { snapshot } = both();
    expect(stageOf(snapshot, 'grid').featured).toBeNull();
    expect(stageOf(snapshot, 'speaker').featured).toBe('peer:ada/device');
    expect(stageOf({ ...snapshot, activeSpeaker: 'alan/device' }, 'speaker').featured).toBe('peer:alan/device');
  });

  it('has a tile for those who ring, and none for those who are gone or already here', () => {
    const call = both();
    call.stand({ ...alan, standing: 'ringing' });
    call.stand({ personId: 'grace', displayName: 'Grace', standing: 'ringing' });
    call.stand({ personId: 'hedy', displayName: 'Hedy', standing: 'declined' });
    expect(stageOf(call.snapshot, 'grid').tiles.map((tile) => tile.key)).toEqual([
      'peer:ada/device',
      'peer:alan/device',
      'ringing:grace',
    ]);
  });

  it('gives a shared screen the large place in every layout', () => {
    const call = both();
    call.patchRemote({ screenStream: fakeStream() }, 'alan');
    expect(stageOf(call.snapshot, 'grid')).toMatchObject({ layout: 'speaker', featured: 'screen:alan/device' });
  });
});

describe('what is announced', () => {
  it('is nothing where nothing changed, and everything at once where much did', () => {
    const call = both();
    const before = call.snapshot;
    expect(changeWords(before, before)).toEqual([]);
    call.patchRemote({ handRaised: true, onHold: true });
    expect(changeWords(before, call.snapshot)).toHaveLength(4);
    expect(changeWords(call.snapshot, before)).toEqual(['Ada is back.', 'Alan is back.']);
  });

  it('lists names as people say them', () => {
    expect([[], ['Ada'], ['Ada', 'Alan'], ['Ada', 'Alan', 'Grace']].map(listWords)).toEqual([
      '',
      'Ada',
      'Ada and Alan',
      'Ada, Alan and Grace',
    ]);
  });
});
