import type { LucideIcon } from 'lucide-react';
import type { ComponentProps } from 'react';

interface Props extends Omit<ComponentProps<'button'>, 'children' | 'aria-label'> {
  label: string;
  icon: LucideIcon;
}

/** A button with an icon alone; `label` is its accessible name and its tooltip. */
export function IconButton({ label, icon: Icon, className = '', ...rest }: Props) {
  return (
    <button type="button" title={label} {...rest} aria-label={label} className={`icon-button ${className}`}>
      <Icon aria-hidden="true" />
    </button>
  );
}
