import type { IceTest, Sightline } from '@sightline/sdk';
import { useCallback, useEffect, useRef, useState } from 'react';

export interface IceTesting {
  readonly test: IceTest | null;
  readonly failed: boolean;
  readonly again: () => void;
}

/** Tests at once, and again when asked. */
export function useIceTest(sightline: Sightline): IceTesting {
  const [test, setTest] = useState<IceTest | null>(null);
  const [failed, setFailed] = useState(false);
  const latest = useRef(0);
  const again = useCallback(() => {
    const run = ++latest.current;
    const only = <T>(set: (value: T) => void) => {
      return (value: T) => {
        if (run === latest.current) set(value);
      };
    };
    setTest(null);
    setFailed(false);
    sightline.testIce(only(setTest)).then(only(setTest), () => only(setFailed)(true));
  }, [sightline]);
  useEffect(() => {
    again();
    return () => {
      latest.current++;
    };
  }, [again]);
  return { test, failed, again };
}
