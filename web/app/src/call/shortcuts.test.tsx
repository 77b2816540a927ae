import { fireEvent, screen } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { fakeStream } from '../testing/fakeStream';
import { openCall } from '../testing/openCall';
import { connectedCall } from '../testing/samples';

function open(microphoneOn = true) {
  const call = connectedCall(fakeStream());
  call.patch({ microphoneOn });
  return { call, ...openCall(call) };
}

describe('the keys of a conversation', () => {
  it('switch microphone, camera and hand', async () => {
    const { call, user } = open();
    await user.keyboard('mvhM');
    expect(call.asked).toEqual(['microphone off', 'camera off', 'raise hand', 'microphone on']);
  });

  it('leave the browser’s own shortcuts alone', async () => {
    const { call, user } = open();
    await user.keyboard('{Control>}m{/Control}{Alt>}v{/Alt}{Meta>}h{/Meta}');
    expect(call.asked).toEqual([]);
  });

  it('open the microphone while Space is held, and close it after', async () => {
    const { call, user } = open(false);
    await user.keyboard('[Space>]');
    expect(call.snapshot.microphoneOn).toBe(true);
    fireEvent.keyDown(document.body, { code: 'Space', repeat: true });
    await user.keyboard('[/Space]');
    expect(call.asked).toEqual(['microphone on', 'microphone off']);
  });

  it('close the microphone when the window loses the focus with Space held', async () => {
    const { call, user } = open(false);
    await user.keyboard('[Space>]');
    fireEvent.blur(window);
    expect(call.snapshot.microphoneOn).toBe(false);
  });

  it('do nothing for Space while the microphone is on', async () => {
    const { call, user } = open();
    await user.keyboard('[Space]');
    expect(call.asked).toEqual([]);
  });

  it('let Space press another button that has the focus', async () => {
    const { call, user } = open(false);
    screen.getByRole('button', { name: 'Turn camera off' }).focus();
    await user.keyboard('[Space]');
    expect(call.asked).toEqual(['camera off']);
  });

  it('take a short Space on the microphone button as a press, and a long one as talking', () => {
    const { call } = open(false);
    const button = screen.getByRole('button', { name: 'Turn microphone on' });
    button.focus();
    const press = (type: 'keydown' | 'keyup', atMs: number) => {
      const event = new KeyboardEvent(type, { code: 'Space', key: ' ', bubbles: true, cancelable: true });
      Object.defineProperty(event, 'timeStamp', { value: atMs });
      fireEvent(document.activeElement ?? document.body, event);
    };
    press('keydown', 1000);
    press('keyup', 1100);
    expect(call.asked).toEqual(['microphone on']);
    call.patch({ microphoneOn: false });
    press('keydown', 2000);
    press('keyup', 2900);
    expect(call.asked).toEqual(['microphone on', 'microphone on', 'microphone off']);
  });

  it('can be switched off, and stay off', async () => {
    const { call, user } = open();
    await user.click(screen.getByRole('button', { name: 'More' }));
    await user.click(screen.getByRole('checkbox', { name: 'Single-key shortcuts' }));
    await user.keyboard('{Escape}mvh');
    expect(call.asked).toEqual([]);
    expect(localStorage.getItem('sightline.shortcuts')).toBe('off');
  });

  it('never end the call', async () => {
    const { call, user } = open();
    await user.keyboard('{Escape}{Enter}{Delete}q');
    expect(call.asked).toEqual([]);
  });
});
