/** What this browser remembers. Storage may be blocked or full; then it forgets, and nothing breaks. */
export function remembered(key: string): string | null {
  try {
    return localStorage.getItem(`sightline.${key}`);
  } catch {
    return null;
  }
}

export function remember(key: string, value: string | null): void {
  try {
    if (value === null) localStorage.removeItem(`sightline.${key}`);
    else localStorage.setItem(`sightline.${key}`, value);
  } catch {
    // Forgetting is all that can be done.
  }
}
