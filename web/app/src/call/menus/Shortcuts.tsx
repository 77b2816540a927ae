const keys = [
  ['M', 'Microphone on or off'],
  ['V', 'Camera on or off'],
  ['H', 'Raise or lower hand'],
  ['C', 'Open or close the chat'],
  ['S', 'Share your screen, or stop'],
  ['F', 'Full screen'],
  ['Space', 'Hold to talk while muted'],
] as const;

interface Props {
  shortcuts: readonly [on: boolean, setOn: (on: boolean) => void];
}

/** Which keys do what. They can be switched off: speech input and some screen readers type single letters. */
export function Shortcuts({ shortcuts: [on, setOn] }: Props) {
  return (
    <div className="shortcuts" data-shortcuts="">
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
        <input type="checkbox" checked={on} onChange={(event) => setOn(event.target.checked)} />
      </label>
    </div>
  );
}
