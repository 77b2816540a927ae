import { useEffect, useState } from 'react';
import { clockWords } from '../words';

const tickMs = 1000;

/** How long the call has lasted. */
export function Duration({ sinceMs }: { sinceMs: number }) {
  const [nowMs, setNowMs] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNowMs(Date.now()), tickMs);
    return () => clearInterval(timer);
  }, []);
  return (
    <span className="duration" role="timer" data-duration="">
      <span className="visually-hidden">Duration </span>
      {clockWords(nowMs - sinceMs)}
    </span>
  );
}
