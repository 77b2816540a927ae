import type { Call } from '@sightline/sdk';
import { useEffect, useRef, useState } from 'react';
import { announce } from '../ui/announcer';
import { remember, remembered } from '../ui/storage';

/** A shorter press of Space on the microphone button is a press of the button, not a wish to talk for a moment. */
const holdMs = 300;

/**
 * M, V, H, Space to talk and the `further` keys in lower case, while a conversation is on screen. Returns whether they
 * are on, and a way to change that.
 */
export function useShortcuts(
  call: Call,
  further: Readonly<Record<string, () => void>>,
): readonly [boolean, (on: boolean) => void] {
  const [on, setOn] = useState(() => remembered('shortcuts') !== 'off');
  const latest = useRef(further);
  latest.current = further;

  useEffect(() => {
    if (!on) return;
    let talkingSinceMs: number | null = null;

    const stopTalking = () => {
      if (talkingSinceMs === null) return;
      talkingSinceMs = null;
      call.setMicrophone(false);
    };

    const onKeyDown = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.altKey || event.metaKey || event.repeat || isTyping(event.target)) {
        if (event.code === 'Space' && talkingSinceMs !== null) event.preventDefault();
        return;
      }
      const { microphoneOn, cameraOn, handRaised } = call.snapshot;
      if (event.code === 'Space') {
        if (microphoneOn || isOtherControl(event.target)) return;
        event.preventDefault();
        talkingSinceMs = event.timeStamp;
        call.setMicrophone(true);
        return;
      }
      switch (event.key.toLowerCase()) {
        case 'm':
          call.setMicrophone(!microphoneOn);
          return announce(microphoneOn ? 'Microphone off' : 'Microphone on');
        case 'v':
          call.setCamera(!cameraOn);
          return announce(cameraOn ? 'Camera off' : 'Camera on');
        case 'h':
          call.setHand(!handRaised);
          return announce(handRaised ? 'Hand lowered' : 'Hand raised');
        default: {
          const act = latest.current[event.key.toLowerCase()];
          if (!act) return;
          // The letter must not land in the field that the key opens.
          event.preventDefault();
          act();
        }
      }
    };

    const onKeyUp = (event: KeyboardEvent) => {
      if (event.code !== 'Space' || talkingSinceMs === null) return;
      event.preventDefault();
      const tapped = isMicrophoneControl(event.target) && event.timeStamp - talkingSinceMs < holdMs;
      if (tapped) talkingSinceMs = null;
      else stopTalking();
    };

    addEventListener('keydown', onKeyDown);
    addEventListener('keyup', onKeyUp);
    // A window that loses the focus never hears of the key being let go.
    addEventListener('blur', stopTalking);
    return () => {
      removeEventListener('keydown', onKeyDown);
      removeEventListener('keyup', onKeyUp);
      removeEventListener('blur', stopTalking);
      stopTalking();
    };
  }, [call, on]);

  return [
    on,
    (next) => {
      setOn(next);
      remember('shortcuts', next ? null : 'off');
    },
  ];
}

const closest = (target: EventTarget | null, selector: string) =>
  target instanceof Element ? target.closest(selector) : null;

const isTyping = (target: EventTarget | null) =>
  closest(target, 'input:not([type="checkbox"], [type="radio"]), textarea, select, [contenteditable]') !== null;

const isMicrophoneControl = (target: EventTarget | null) => closest(target, '[data-control="microphone"]') !== null;

/** Space presses a control that has the focus, except the microphone's own, whose job it is. */
const isOtherControl = (target: EventTarget | null) =>
  !isMicrophoneControl(target) && closest(target, 'button, a, input, summary, [role="button"]') !== null;
