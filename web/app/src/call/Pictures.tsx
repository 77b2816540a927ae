import type { CallSnapshot } from '@sightline/sdk';
import { useRef } from 'react';
import { Avatar } from '../ui/Avatar';
import { OwnPicture } from './OwnPicture';
import { otherOf } from './otherOf';
import { PeerTile } from './PeerTile';
import { RingingTile } from './RingingTile';
import { ScreenTile } from './ScreenTile';
import { type Layout, type Stage, type StageTile, stageOf } from './stageOf';
import { isOn, isWaiting } from './states';

interface Props {
  snapshot: CallSnapshot;
  layout: Layout;
}

/** Everybody's pictures. They stay in place while states and layouts change, so that none flickers and no sound stops. */
export function Pictures({ snapshot, layout }: Props) {
  const { state, localStream, cameraOn, cameraFacing, captureProblems, onHold } = snapshot;
  const waiting = isWaiting(state);
  const current = waiting ? beforeTheCall(snapshot) : stageOf(snapshot, layout);
  const stage = useLastStage(current, state === 'ENDING');
  const ownShown = localStream !== null && cameraOn && !onHold && !captureProblems.some(isCamera) && isOn(state);
  const ownPlace = waiting ? 'full' : stage.layout === 'one' ? 'corner' : 'tile';
  const inRow = stage.tiles.length + (ownShown && ownPlace === 'tile' ? 1 : 0);
  return (
    <div className={waiting ? 'pictures pictures-waiting' : 'pictures'} data-layout={stage.layout} data-count={inRow}>
      {stage.tiles.length === 0 && !waiting && (
        <div className="tile remote">
          <Avatar person={otherOf(snapshot)} size="large" />
        </div>
      )}
      {stage.tiles.map((tile) => (
        <Tile key={tile.key} tile={tile} stage={stage} snapshot={snapshot} />
      ))}
      {ownShown && <OwnPicture stream={localStream} facing={cameraFacing} place={ownPlace} />}
    </div>
  );
}

function Tile({ tile, stage, snapshot }: { tile: StageTile; stage: Stage; snapshot: CallSnapshot }) {
  const featured = tile.key === stage.featured;
  const { state, onHold, remotes } = snapshot;
  switch (tile.kind) {
    case 'ringing':
      return <RingingTile person={tile.person} featured={featured} />;
    case 'screen':
      return <ScreenTile remote={tile.remote} featured={featured} silent={onHold} />;
    case 'peer': {
      const cutOff = state === 'RECONNECTING' && (remotes.length === 1 || !tile.remote.connected);
      return (
        <PeerTile
          remote={tile.remote}
          alone={stage.layout === 'one'}
          featured={featured}
          dimmed={cutOff || state === 'ENDING'}
          silent={onHold}
        />
      );
    }
  }
}

const isCamera = ({ device }: CallSnapshot['captureProblems'][number]) => device === 'camera';

/** Who still rings is then said in words, over one's own picture. */
const beforeTheCall = (snapshot: CallSnapshot): Stage => ({
  ...stageOf({ ...snapshot, others: [] }, 'grid'),
  layout: 'one',
});

/** A call that is ending has no peers any more; their last pictures stay until the last screen. */
function useLastStage(stage: Stage, ending: boolean): Stage {
  const last = useRef(stage);
  if (!ending) last.current = stage;
  return last.current;
}
