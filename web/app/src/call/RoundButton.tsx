import type { LucideIcon } from 'lucide-react';
import type { ComponentProps } from 'react';

interface Props extends Omit<ComponentProps<'button'>, 'children'> {
  /** What pressing it does, as the accessible name; it contains the visible text. */
  label: string;
  text: string;
  icon: LucideIcon;
  tone?: 'plain' | 'off' | 'on' | 'warn' | 'negative' | 'positive';
  /** A number at the edge of the icon; the label says what it counts. */
  badge?: number;
}

/** A round control with its name under it. */
export function RoundButton({ label, text, icon: Icon, tone = 'plain', badge = 0, className = '', ...rest }: Props) {
  return (
    <button type="button" {...rest} aria-label={label} className={`round round-${tone} ${className}`}>
      <span className="round-face">
        <Icon aria-hidden="true" />
        {badge > 0 && <span className="badge" data-badge={badge > 9 ? '9+' : badge} />}
      </span>
      <span className="round-text">{text}</span>
    </button>
  );
}
