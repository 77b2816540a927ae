import type { CallSnapshot } from '@sightline/sdk';
import { GalleryThumbnails, LayoutGrid, UserPlus } from 'lucide-react';
import { announce } from '../ui/announcer';
import { IconButton } from '../ui/IconButton';
import { Duration } from './Duration';
import { namesOf } from './namesOf';
import { QualityPopover } from './QualityPopover';
import { RemoteMarks } from './RemoteMarks';
import type { LayoutChoice } from './useLayout';

interface Props {
  snapshot: CallSnapshot;
  layout: LayoutChoice;
  /** One picture fills the window; what else would stand on it stands here. */
  alone: boolean;
  peopleOpen: boolean;
  onPeople: () => void;
}

/** Who one talks with, since when, and how good the line is. */
export function CallHead({ snapshot, layout, alone, peopleOpen, onPeople }: Props) {
  const remote = snapshot.remotes[0];
  return (
    <header className="call-head">
      <div className="call-who">
        <h1>{namesOf(snapshot)}</h1>
        <p>
          {snapshot.connectedAtMs !== null && <Duration sinceMs={snapshot.connectedAtMs} />}
          {alone && remote && <RemoteMarks remote={remote} callType={snapshot.callType} />}
        </p>
      </div>
      <div className="head-buttons">
        {snapshot.remotes.length > 1 && <LayoutButton layout={layout} />}
        <IconButton
          label="Add people"
          icon={UserPlus}
          aria-expanded={peopleOpen}
          data-control="people"
          onClick={onPeople}
        />
        <QualityPopover quality={snapshot.quality} stats={snapshot.stats} />
      </div>
    </header>
  );
}

function LayoutButton({ layout: { wanted, choose } }: { layout: LayoutChoice }) {
  const grid = wanted === 'grid';
  return (
    <IconButton
      label={grid ? 'Show the speaker large' : 'Show everybody alike'}
      icon={grid ? GalleryThumbnails : LayoutGrid}
      onClick={() => {
        choose(grid ? 'speaker' : 'grid');
        announce(grid ? 'The speaker is shown large' : 'Everybody is shown alike');
      }}
    />
  );
}
