import { avatarColor, initials } from './avatar';

interface Props {
  person: { readonly personId: string; readonly displayName: string };
  size?: 'small' | 'medium' | 'large';
}

/** Decoration beside a name, so hidden from screen readers. */
export function Avatar({ person, size = 'medium' }: Props) {
  return (
    <span
      className={`avatar avatar-${size}`}
      style={{ backgroundColor: avatarColor(person.personId) }}
      aria-hidden="true"
    >
      {initials(person.displayName)}
    </span>
  );
}
