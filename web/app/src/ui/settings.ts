import { useState } from 'react';
import { remember, remembered } from './storage';

/** What a person can turn on in this browser; all are off at first. */
export type Setting = 'always_lobby' | 'start_muted' | 'start_camera_off';

export const settingOf = (name: Setting): boolean => remembered(name) === 'on';

export function useSetting(name: Setting): [boolean, (on: boolean) => void] {
  const [on, setOn] = useState(() => settingOf(name));
  return [
    on,
    (next) => {
      setOn(next);
      remember(name, next ? 'on' : null);
    },
  ];
}

/** With what a call begins or is answered, as the person has set it. */
export const startIntents = () => ({ camera: !settingOf('start_camera_off'), microphone: !settingOf('start_muted') });

/** Whether the next call goes through the lobby: the first one of this browser does. */
export const lobbyComesFirst = (): boolean => remembered('lobby') !== 'seen' || settingOf('always_lobby');

export const rememberLobbySeen = (): void => remember('lobby', 'seen');
