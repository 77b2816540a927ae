import type { Person, Presence, ServiceState, Sightline } from '@sightline/sdk';
import { useCallback, useEffect, useMemo, useState } from 'react';
import { type Loaded, useLoad } from '../ui/useLoad';
import { useReloadOnReturn } from './useReloadOnReturn';

const typingPauseMs = 150;
const newcomerPauseMs = 1000;
const order: Readonly<Record<Presence, number>> = { online: 0, in_call: 0, offline: 1 };

/** Everybody else, those who are here first. Presence changes in place, so that no row moves under the pointer. */
export function usePeople(sightline: Sightline, service: ServiceState, query: string) {
  const settled = useSettled(query.trim());
  const load = useCallback(async () => {
    const people = await sightline.people(settled === '' ? {} : { query: settled });
    return [...people].sort(compare);
  }, [sightline, settled]);
  const { state: loaded, reload } = useLoad(load);
  const told = useTold(sightline, service);
  useReloadOnReturn(service, reload);

  const state = useMemo((): Loaded<readonly Person[]> => {
    if (loaded.status !== 'ready') return loaded;
    const now = (person: Person) => ({ ...person, presence: told.get(person.personId) ?? person.presence });
    return { status: 'ready', data: loaded.data.map(now) };
  }, [loaded, told]);

  // Someone who signed up after the list was loaded; many at once cost one request.
  const newcomers = useMemo(() => {
    if (loaded.status !== 'ready') return 0;
    const known = new Set(loaded.data.map(({ personId }) => personId));
    return [...told.keys()].filter((personId) => !known.has(personId)).length;
  }, [loaded, told]);
  useEffect(() => {
    if (newcomers === 0) return;
    const timer = setTimeout(reload, newcomerPauseMs);
    return () => clearTimeout(timer);
  }, [newcomers, reload]);

  return { state, reload, searched: settled };
}

/** What the socket has said since it came up: newer than any list, whose answer may have been on its way meanwhile. */
function useTold(sightline: Sightline, service: ServiceState): ReadonlyMap<string, Presence> {
  const [told, setTold] = useState<ReadonlyMap<string, Presence>>(new Map());
  useEffect(
    () => sightline.onPresence((personId, presence) => setTold((before) => new Map(before).set(personId, presence))),
    [sightline],
  );
  useEffect(() => {
    if (service !== 'online') setTold(new Map());
  }, [service]);
  return told;
}

function useSettled(value: string): string {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), typingPauseMs);
    return () => clearTimeout(timer);
  }, [value]);
  return settled;
}

const compare = (a: Person, b: Person) =>
  order[a.presence] - order[b.presence] || a.displayName.localeCompare(b.displayName);
