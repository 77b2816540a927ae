import { type RefObject, useCallback, useEffect, useState } from 'react';

/**
 * Plays a stream in a media element. Where the browser wants a gesture before it plays sound, the picture goes on
 * without it, `blocked` is true, and `play` is to be called from a click; any other gesture on the page does as well.
 */
export function useStream(element: RefObject<HTMLMediaElement | null>, stream: MediaStream | null) {
  const [blocked, setBlocked] = useState(false);

  const play = useCallback(() => {
    const media = element.current;
    media?.play().then(
      () => {},
      (error: unknown) => {
        // Everything else (a newer load, an element that is gone) ends by itself.
        if (!(error instanceof DOMException) || error.name !== 'NotAllowedError' || media.muted) return;
        setBlocked(true);
        media.muted = true;
        play();
      },
    );
  }, [element]);

  const unblock = useCallback(() => {
    if (element.current) element.current.muted = false;
    setBlocked(false);
    play();
  }, [element, play]);

  useEffect(() => {
    const media = element.current;
    if (!media || !stream) return;
    media.srcObject = stream;
    play();
    stream.addEventListener('addtrack', play);
    return () => {
      stream.removeEventListener('addtrack', play);
      media.srcObject = null;
    };
  }, [element, stream, play]);

  useEffect(() => {
    if (!blocked) return;
    addEventListener('pointerup', unblock);
    addEventListener('keyup', unblock);
    return () => {
      removeEventListener('pointerup', unblock);
      removeEventListener('keyup', unblock);
    };
  }, [blocked, unblock]);

  return { blocked, play: unblock };
}
