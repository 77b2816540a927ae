import type { ReactNode } from 'react';
import { whenWords } from '../words';

interface Props {
  text: string;
  atMs: number;
  /** Before the text. */
  icon?: ReactNode;
}

/** What became of a call, and when it was. */
export function RowDetail({ text, atMs, icon }: Props) {
  return (
    <span className="row-detail">
      {icon}
      <span>
        {text}
        {' · '}
        <time dateTime={new Date(atMs).toISOString()}>{whenWords(atMs, Date.now())}</time>
      </span>
    </span>
  );
}
