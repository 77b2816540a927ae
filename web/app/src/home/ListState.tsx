import { CloudOff } from 'lucide-react';
import type { ReactNode } from 'react';
import { Button } from '../ui/Button';

/** Grey rows where the list will be. They fade in late, so that a fast answer shows none. */
export function ListSkeleton({ label, rows }: { label: string; rows: number }) {
  return (
    <div className="skeleton" role="status">
      <span className="visually-hidden">{label}</span>
      {Array.from({ length: rows }, (_, row) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the rows are all alike
        <div className="skeleton-row" key={row} aria-hidden="true">
          <i />
          <b />
        </div>
      ))}
    </div>
  );
}

export function ListFailed({ what, onRetry }: { what: string; onRetry: () => void }) {
  return (
    <div className="list-message" role="alert">
      <CloudOff aria-hidden="true" />
      <h3>{what} could not be loaded</h3>
      <p>Check your connection, then try again.</p>
      <Button onClick={onRetry}>Try again</Button>
    </div>
  );
}

export function ListEmpty({ icon, title, children }: { icon: ReactNode; title: string; children: ReactNode }) {
  return (
    <div className="list-message">
      {icon}
      <h3>{title}</h3>
      {children}
    </div>
  );
}
