import type { CallRecord, CallSnapshot, Sightline } from '@sightline/sdk';
import { useEffect, useState } from 'react';
import { isGroup } from './namesOf';

const lookedThrough = 20;

/** The record of a group call that has ended here and goes on among the others; `null` while that is not known. */
export function useRunningCall(sightline: Sightline, snapshot: CallSnapshot): CallRecord | null {
  const [running, setRunning] = useState<CallRecord | null>(null);
  const { callId } = snapshot;
  const group = isGroup(snapshot);
  useEffect(() => {
    if (!group || callId === null) return;
    let wanted = true;
    sightline.calls({ limit: lookedThrough }).then(
      (records) => wanted && setRunning(records.find((record) => record.callId === callId && goesOn(record)) ?? null),
      // Without an answer there is nothing to offer; "Return" is always there.
      () => {},
    );
    return () => {
      wanted = false;
    };
  }, [sightline, callId, group]);
  return running;
}

const goesOn = ({ outcome, participants }: CallRecord) =>
  outcome === null && participants.some((participant) => participant.standing === 'joined');
