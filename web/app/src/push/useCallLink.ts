import type { Call } from '@sightline/sdk';
import { useEffect, useState } from 'react';

/** What the service worker says after a press on a notification; its file is public/service-worker.js. */
interface Link {
  readonly type: 'open_call';
  readonly call_id: string;
  readonly answer: boolean;
}

/**
 * A press on “Answer” in a notification opens the page at `#answer=<call id>`, or tells the page that is open. The call
 * then rings here like any other, and is answered as soon as it does. A press elsewhere only opens the page.
 */
export function useCallLink(ringing: readonly Call[], onAnswer: (call: Call) => void): void {
  const [wanted, setWanted] = useState(() => /^#answer=([\w-]{1,64})$/.exec(location.hash)?.[1] ?? null);

  useEffect(() => {
    if (/^#(answer|call)=/.test(location.hash)) history.replaceState(null, '', location.pathname);
    const onMessage = ({ data }: MessageEvent<unknown>) => {
      if (isLink(data) && data.answer) setWanted(data.call_id);
    };
    navigator.serviceWorker?.addEventListener('message', onMessage);
    return () => navigator.serviceWorker?.removeEventListener('message', onMessage);
  }, []);

  const call = wanted === null ? undefined : ringing.find((one) => one.snapshot.callId === wanted);
  useEffect(() => {
    if (!call) return;
    setWanted(null);
    onAnswer(call);
  }, [call, onAnswer]);
}

function isLink(data: unknown): data is Link {
  return typeof data === 'object' && data !== null && 'type' in data && data.type === 'open_call' && 'call_id' in data;
}
