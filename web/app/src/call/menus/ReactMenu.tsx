import { type Call, reactions } from '@sightline/sdk';
import { SmilePlus } from 'lucide-react';
import { Popover } from '../../ui/Popover';
import { RoundButton } from '../RoundButton';
import { reactionWords } from '../reactionWords';

export function ReactMenu({ call }: { call: Call }) {
  return (
    <Popover
      title="React"
      trigger={(props) => <RoundButton {...props} label="React" text="React" icon={SmilePlus} data-control="react" />}
    >
      {(close) => <ReactChoice call={call} onDone={close} />}
    </Popover>
  );
}

export function ReactChoice({ call, onDone }: { call: Call; onDone: () => void }) {
  return (
    <div className="react-choice">
      {reactions.map((reaction) => (
        <button
          type="button"
          key={reaction}
          aria-label={`React with ${reactionWords[reaction]}`}
          onClick={() => {
            call.react(reaction);
            onDone();
          }}
        >
          {reaction}
        </button>
      ))}
    </div>
  );
}
