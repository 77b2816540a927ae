import { type RefObject, useEffect } from 'react';
import { useDevices } from '../devices/useDevices';
import { useSightline } from '../ui/sightline';
import { applySpeaker } from './applySpeaker';

/** Plays a media element on the speaker that the person has chosen, or on the system's where that one is gone. */
export function useSpeaker(element: RefObject<HTMLMediaElement | null>): void {
  const { chosen, speakers, canChooseSpeaker } = useDevices(useSightline().devices);
  const there = speakers.some((speaker) => speaker.deviceId === chosen.speaker);
  const speaker = canChooseSpeaker && there ? (chosen.speaker ?? '') : '';
  const missing = there ? null : (chosen.speaker ?? null);
  useEffect(() => {
    const media = element.current;
    if (media && 'setSinkId' in media) return applySpeaker(media, speaker, missing);
  }, [element, speaker, missing]);
}
