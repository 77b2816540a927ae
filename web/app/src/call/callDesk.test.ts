import { beforeEach, describe, expect, it } from 'vitest';
import { FakeCall } from '../testing/fakeCall';
import { FakeSightline } from '../testing/fakeSightline';
import { CallDesk } from './callDesk';

const ada = { personId: 'ada', displayName: 'Ada' };
const incoming = () =>
  new FakeCall({ state: 'INCOMING', direction: 'incoming', others: [{ ...ada, standing: 'joined' }] });

describe('the desk', () => {
  let sightline: FakeSightline;
  let desk: CallDesk;
  let close: () => void;
  beforeEach(() => {
    sightline = new FakeSightline();
    desk = new CallDesk(sightline);
    close = desk.open();
  });

  const placed = (index: number) => {
    const call = sightline.placed[index];
    if (!call) throw new Error(`no call ${index}`);
    return call;
  };

  it('gives a placed call the screen and keeps it there after its end', () => {
    desk.start(ada, 'audio');
    expect(desk.snapshot).toMatchObject({ current: placed(0), busy: true });
    placed(0).end('declined');
    expect(desk.snapshot).toMatchObject({ current: placed(0), busy: false, callsEnded: 1 });
    desk.close();
    expect(desk.snapshot.current).toBeNull();
    expect(placed(0).disposed).toBe(true);
  });

  it('places no second call during the first', () => {
    desk.start(ada, 'video');
    desk.start(ada, 'video');
    expect(sightline.placed).toHaveLength(1);
  });

  it('lets a call that has ended make room for the next', () => {
    desk.start(ada, 'video');
    placed(0).end('missed');
    desk.start(ada, 'video');
    expect(placed(0).disposed).toBe(true);
    expect(desk.snapshot).toMatchObject({ current: placed(1), busy: true });
  });

  it('shows a ringing call apart, and on screen once answered', () => {
    const call = sightline.ring(incoming());
    expect(desk.snapshot).toMatchObject({ current: null, ringing: [call] });
    call.answer();
    expect(desk.snapshot).toMatchObject({ current: call, busy: true, ringing: [] });
  });

  it.each(['cancelled', 'missed', 'answered_elsewhere'] as const)('says so when a call stops ringing: %s', (reason) => {
    const call = sightline.ring(incoming());
    call.end(reason);
    expect(desk.snapshot).toMatchObject({ ringing: [], notice: { reason, caller: ada }, callsEnded: 1 });
    expect(call.disposed).toBe(true);
    desk.dismissNotice();
    expect(desk.snapshot.notice).toBeNull();
  });

  it('is silent about a call that the person declined', () => {
    sightline.ring(incoming()).decline();
    expect(desk.snapshot).toMatchObject({ ringing: [], notice: null });
  });

  it('takes a notice away when the next call rings', () => {
    sightline.ring(incoming()).end('missed');
    sightline.ring(incoming());
    expect(desk.snapshot.notice).toBeNull();
  });

  it('keeps the running call while another rings, and stays with it when that one is declined', () => {
    desk.start(ada, 'video');
    sightline.ring(incoming()).decline();
    expect(desk.snapshot).toMatchObject({ current: placed(0), busy: true, ringing: [] });
    expect(placed(0).disposed).toBe(false);
  });

  it('lets go of every call when it closes', () => {
    desk.start(ada, 'video');
    const ringing = sightline.ring(incoming());
    close();
    expect([placed(0).disposed, ringing.disposed]).toEqual([true, true]);
    sightline.ring(incoming());
    expect(desk.snapshot).toMatchObject({ current: null, ringing: [] });
  });
});
