import type { Person, Presence, ServiceState, Sightline } from '@sightline/sdk';
import { useCallback, useEffect, useState } from 'react';
import { useLoad } from '../ui/useLoad';
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
  const { state, reload, update } = useLoad(load);
  const [newcomers, setNewcomers] = useState(0);

  useReloadOnReturn(service, reload);
  useEffect(
    () =>
      sightline.onPresence((personId, presence) => {
        if (state.status !== 'ready') return;
        if (!state.data.some((person) => person.personId === personId)) return setNewcomers((count) => count + 1);
        update((people) => people.map((person) => (person.personId === personId ? { ...person, presence } : person)));
      }),
    [sightline, state, update],
  );

  // Someone who signed up after the list was loaded; many at once cost one request.
  useEffect(() => {
    if (newcomers === 0) return;
    const timer = setTimeout(reload, newcomerPauseMs);
    return () => clearTimeout(timer);
  }, [newcomers, reload]);

  return { state, reload, searched: settled };
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
