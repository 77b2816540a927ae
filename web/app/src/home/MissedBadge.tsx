/** How many calls were missed and not yet looked at. */
export function MissedBadge({ count, id }: { count: number; id?: string }) {
  if (count === 0) return null;
  return (
    <span className="missed-badge" data-missed-calls={count} id={id}>
      {count > 99 ? '99+' : count}
      <span className="visually-hidden">{count === 1 ? ' missed call' : ' missed calls'}</span>
    </span>
  );
}
