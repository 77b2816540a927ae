import type { Call, Reaction } from '@sightline/sdk';
import { type CSSProperties, useEffect, useState } from 'react';
import { announce } from '../ui/announcer';
import { reactionWords } from './reactionWords';

interface Shown {
  readonly id: number;
  readonly reaction: Reaction;
  readonly name: string;
}

const shownMs = 4000;
const mostAtOnce = 12;
const lanes = 5;

/** Reactions rise over the pictures and are gone; they stand still for those who want no motion. */
export function Reactions({ call }: { call: Call }) {
  const [shown, setShown] = useState<readonly Shown[]>([]);

  useEffect(() => {
    let next = 0;
    const timers = new Set<ReturnType<typeof setTimeout>>();
    const stop = call.onReaction((reaction, from) => {
      const one = { id: next++, reaction, name: from?.displayName ?? 'You' };
      setShown((before) => [...before, one].slice(-mostAtOnce));
      if (from) announce(`${from.displayName} reacts with ${reactionWords[reaction]}`);
      const timer = setTimeout(() => {
        timers.delete(timer);
        setShown((before) => before.filter((other) => other !== one));
      }, shownMs);
      timers.add(timer);
    });
    return () => {
      stop();
      for (const timer of timers) clearTimeout(timer);
    };
  }, [call]);

  return (
    <div className="reactions" aria-hidden="true">
      {shown.map(({ id, reaction, name }) => (
        <span key={id} className="reaction" data-reaction={reaction} style={{ '--lane': id % lanes } as CSSProperties}>
          <span className="reaction-face">{reaction}</span>
          <span className="reaction-name">{name}</span>
        </span>
      ))}
    </div>
  );
}
