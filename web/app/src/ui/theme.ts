import { useState } from 'react';
import { remember, remembered } from './storage';

export type Theme = 'light' | 'dark' | 'system';

/** The remembered choice; public/theme.js applies it before the first paint. */
export function useTheme(): [Theme, (theme: Theme) => void] {
  const [theme, setTheme] = useState<Theme>(() => {
    const stored = remembered('theme');
    return stored === 'light' || stored === 'dark' ? stored : 'system';
  });
  return [
    theme,
    (next) => {
      setTheme(next);
      remember('theme', next === 'system' ? null : next);
      if (next === 'system') delete document.documentElement.dataset.theme;
      else document.documentElement.dataset.theme = next;
    },
  ];
}
