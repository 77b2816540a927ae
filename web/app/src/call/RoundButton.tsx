import type { LucideIcon } from 'lucide-react';
import type { ComponentProps } from 'react';

interface Props extends Omit<ComponentProps<'button'>, 'children'> {
  /** What pressing it does, as the accessible name; it contains the visible text. */
  label: string;
  text: string;
  icon: LucideIcon;
  tone?: 'plain' | 'off' | 'on' | 'negative' | 'positive';
}

/** A round control with its name under it. */
export function RoundButton({ label, text, icon: Icon, tone = 'plain', ...rest }: Props) {
  return (
    <button type="button" {...rest} aria-label={label} className={`round round-${tone}`}>
      <span className="round-face">
        <Icon aria-hidden="true" />
      </span>
      <span className="round-text">{text}</span>
    </button>
  );
}
