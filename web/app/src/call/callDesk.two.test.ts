import { beforeEach, describe, expect, it } from 'vitest';
import { FakeCall } from '../testing/fakeCall';
import { FakeSightline } from '../testing/fakeSightline';
import { record } from '../testing/samples';
import { CallDesk } from './callDesk';

const ada = { personId: 'ada', displayName: 'Ada' };
const alan = { personId: 'alan', displayName: 'Alan' };
const voice = { video: false };

describe('the desk with two calls', () => {
  let sightline: FakeSightline;
  let desk: CallDesk;
  let first: FakeCall;
  let second: FakeCall;
  beforeEach(() => {
    sightline = new FakeSightline();
    desk = new CallDesk(sightline);
    desk.open();
    desk.start(ada, 'video');
    first = sightline.placed[0] ?? new FakeCall();
    second = new FakeCall({
      state: 'INCOMING',
      direction: 'incoming',
      others: [{ ...alan, standing: 'joined' }],
    });
  });

  const talk = () => first.go('CONNECTED', { connectedAtMs: 1 });
  const hold = () => {
    talk();
    sightline.ring(second);
    desk.answer(second, voice, true);
  };

  it('holds the running call and answers', () => {
    hold();
    expect(first.asked).toEqual(['hold']);
    expect(second.asked).toEqual(['answer with voice']);
    expect(desk.snapshot).toMatchObject({ current: second, held: first, busy: true, ringing: [] });
  });

  it('hangs up the running call and answers, and lets go of it when it is over', () => {
    talk();
    sightline.ring(second);
    desk.answer(second, voice);
    expect(first.asked).toEqual(['hang up']);
    expect(first.disposed).toBe(true);
    expect(desk.snapshot).toMatchObject({ current: second, held: null, busy: true, parted: null, callsEnded: 1 });
  });

  it('waits with letting go until a call that was hung up has said so to the server', () => {
    talk();
    first.hangUp = () => first.go('ENDING');
    sightline.ring(second);
    desk.answer(second, voice);
    expect(first.disposed).toBe(false);
    first.end('ended', true);
    expect(first.disposed).toBe(true);
    expect(desk.snapshot).toMatchObject({ current: second, busy: true });
  });

  it('holds no call that is not connected yet, and only one', () => {
    expect(desk.canHold).toBe(false);
    talk();
    expect(desk.canHold).toBe(true);
    hold();
    expect(desk.canHold).toBe(false);
    const third = sightline.ring(new FakeCall({ state: 'INCOMING', direction: 'incoming' }));
    desk.answer(third, voice, true);
    expect(second.asked).toContain('hang up');
    expect(desk.snapshot).toMatchObject({ current: third, held: first });
  });

  it('switches between them', () => {
    hold();
    desk.swap();
    expect(desk.snapshot).toMatchObject({ current: first, held: second });
    expect([first.snapshot.onHold, second.snapshot.onHold]).toEqual([false, true]);
  });

  it('goes on with the held call at once when the person hangs up', () => {
    hold();
    second.hangUp();
    expect(desk.snapshot).toMatchObject({ current: first, held: null, busy: true, parted: null });
    expect(first.snapshot.onHold).toBe(false);
    expect(second.disposed).toBe(true);
  });

  it('shows the held call, still on hold, when the other side hangs up, and says so', () => {
    hold();
    second.end('ended');
    expect(desk.snapshot).toMatchObject({ current: first, held: null, parted: { reason: 'ended' } });
    expect(desk.snapshot.parted?.context.name).toBe('Alan');
    expect(first.snapshot.onHold).toBe(true);
    desk.dismissParted();
    expect(desk.snapshot.parted).toBeNull();
  });

  it('ends the held call from the strip, and says when it ends by itself', () => {
    hold();
    desk.endHeld();
    expect(desk.snapshot).toMatchObject({ current: second, held: null, parted: null });
    expect(first.disposed).toBe(true);
  });

  it('says when the held call ends by itself', () => {
    hold();
    first.end('connection_lost');
    expect(desk.snapshot).toMatchObject({ current: second, held: null, parted: { reason: 'connection_lost' } });
  });

  it('keeps both when a third is declined', () => {
    hold();
    sightline.ring(new FakeCall({ state: 'INCOMING', direction: 'incoming' })).decline();
    expect(desk.snapshot).toMatchObject({ current: second, held: first, ringing: [] });
  });
});

describe('the desk', () => {
  it('calls several people with what they have set', () => {
    const sightline = new FakeSightline();
    new CallDesk(sightline).start([ada, alan], 'video', { camera: false, microphone: false });
    expect(sightline.placed[0]?.snapshot).toMatchObject({
      others: [{ personId: 'ada' }, { personId: 'alan' }],
      cameraOn: false,
      microphoneOn: false,
    });
  });

  it('goes back into a call, unless another one goes on', () => {
    const sightline = new FakeSightline();
    const desk = new CallDesk(sightline);
    desk.rejoin(record('1', ada, null));
    desk.rejoin(record('2', alan, null));
    expect(sightline.rejoined.map(({ callId }) => callId)).toEqual(['1']);
    expect(desk.snapshot).toMatchObject({ current: sightline.placed[0], busy: true });
  });
});
