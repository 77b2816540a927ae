import { X } from 'lucide-react';
import { useEffect } from 'react';
import { announce } from '../ui/announcer';
import { IconButton } from '../ui/IconButton';
import { endWords } from '../words';
import type { PartNotice } from './callDesk';

/** One of two calls is over: how it went, while the other one has the screen. */
export function PartedNotice({ notice, onDismiss }: { notice: PartNotice; onDismiss: () => void }) {
  const { reason, context } = notice;
  const title = endWords[reason].title(context);
  const named = title.includes(context.name) ? `${title}.` : `${context.name}: ${title}.`;
  const words = reason === 'ended' && !context.group ? endWords.ended.detail(context) : named;
  useEffect(() => announce(words), [words]);
  return (
    <div className="parted" data-parted={reason}>
      <p>{words}</p>
      <IconButton label="Dismiss" icon={X} onClick={onDismiss} />
    </div>
  );
}
