import { Keyboard } from 'lucide-react';
import { Popover } from '../ui/Popover';

const keys = [
  ['M', 'Microphone on or off'],
  ['V', 'Camera on or off'],
  ['H', 'Raise or lower hand'],
  ['Space', 'Hold to talk while muted'],
] as const;

interface Props {
  on: boolean;
  onChange: (on: boolean) => void;
}

/** Which keys do what. They can be switched off: speech input and some screen readers type single letters. */
export function ShortcutsPopover({ on, onChange }: Props) {
  return (
    <div className="shortcuts">
      <Popover
        title="Keyboard shortcuts"
        trigger={(props) => (
          <button
            type="button"
            {...props}
            className="icon-button"
            aria-label="Keyboard shortcuts"
            title="Keyboard shortcuts"
          >
            <Keyboard aria-hidden="true" />
          </button>
        )}
      >
        <dl className="stats">
          {keys.map(([key, what]) => (
            <div key={key}>
              <dt>{what}</dt>
              <dd>
                <kbd>{key}</kbd>
              </dd>
            </div>
          ))}
        </dl>
        <label className="switch">
          <span>Single-key shortcuts</span>
          <input type="checkbox" checked={on} onChange={(event) => onChange(event.target.checked)} />
        </label>
      </Popover>
    </div>
  );
}
