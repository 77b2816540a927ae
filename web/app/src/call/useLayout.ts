import { useState } from 'react';
import { remember, remembered } from '../ui/storage';
import { isLayout, type Layout } from './stageOf';

export interface LayoutChoice {
  readonly wanted: Layout;
  readonly choose: (layout: Layout) => void;
}

/** How groups are shown; remembered in this browser. */
export function useLayout(): LayoutChoice {
  const [wanted, setWanted] = useState<Layout>(() => {
    const stored = remembered('layout');
    return isLayout(stored) ? stored : 'grid';
  });
  return {
    wanted,
    choose: (layout) => {
      setWanted(layout);
      remember('layout', layout);
    },
  };
}
