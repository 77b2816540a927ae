// Runs before the first paint, so that a remembered dark theme never flashes white. src/ui/theme.ts writes the choice.
try {
  const theme = localStorage.getItem('sightline.theme');
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;
} catch {
  // Storage may be blocked; the system's choice is then right.
}
