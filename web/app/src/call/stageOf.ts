import type { CallSnapshot, Participant, RemotePeer } from '@sightline/sdk';

/** What the person has chosen for groups. */
export const layouts = ['grid', 'speaker'] as const;
export type Layout = (typeof layouts)[number];

export const isLayout = (value: string | null): value is Layout => layouts.some((layout) => layout === value);

export type StageTile =
  | { readonly kind: 'peer' | 'screen'; readonly key: string; readonly remote: RemotePeer }
  | { readonly kind: 'ringing'; readonly key: string; readonly person: Participant };

export interface Stage {
  /** `one` fills the window with a single picture. */
  readonly layout: 'one' | Layout;
  readonly tiles: readonly StageTile[];
  /** The `key` of the tile that is large; `null` in the grid. */
  readonly featured: string | null;
}

/** What stands where: a shared screen is always large, else whoever speaks where the person wants that. */
export function stageOf(snapshot: CallSnapshot, wanted: Layout): Stage {
  const { remotes, others, activeSpeaker } = snapshot;
  const here = new Set(remotes.map((remote) => remote.personId));
  const tiles: StageTile[] = [
    ...remotes.map((remote) => ({ kind: 'peer' as const, key: `peer:${remote.peer}`, remote })),
    ...remotes
      .filter((remote) => remote.screenStream !== null)
      .map((remote) => ({ kind: 'screen' as const, key: `screen:${remote.peer}`, remote })),
    ...others
      .filter((person) => person.standing === 'ringing' && !here.has(person.personId))
      .map((person) => ({ kind: 'ringing' as const, key: `ringing:${person.personId}`, person })),
  ];
  const only = tiles[0];
  if (tiles.length < 2) return { layout: 'one', tiles, featured: only?.key ?? null };
  const screen = tiles.find((tile) => tile.kind === 'screen');
  if (screen) return { layout: 'speaker', tiles, featured: screen.key };
  if (wanted === 'grid') return { layout: 'grid', tiles, featured: null };
  const speaker = tiles.find((tile) => tile.kind === 'peer' && tile.remote.peer === activeSpeaker);
  return { layout: 'speaker', tiles, featured: (speaker ?? only)?.key ?? null };
}

/** Those who were asked and are not in the call any more, or never came. */
export const goneOf = ({ others }: CallSnapshot): readonly Participant[] =>
  others.filter(({ standing }) => standing !== 'joined' && standing !== 'ringing');
