/** Where one's own picture may stand. */
export const corners = ['top-left', 'top-right', 'bottom-right', 'bottom-left'] as const;
export type Corner = (typeof corners)[number];

export const isCorner = (value: string | null): value is Corner => corners.some((corner) => corner === value);

/** Clockwise; a click moves by one, for those who cannot drag. */
export function nextCorner(corner: Corner): Corner {
  return corners[(corners.indexOf(corner) + 1) % corners.length] ?? corner;
}

export function cornerTowards(corner: Corner, key: string): Corner {
  const [vertical, horizontal] = corner.split('-') as ['top' | 'bottom', 'left' | 'right'];
  switch (key) {
    case 'ArrowUp':
      return `top-${horizontal}`;
    case 'ArrowDown':
      return `bottom-${horizontal}`;
    case 'ArrowLeft':
      return `${vertical}-left`;
    case 'ArrowRight':
      return `${vertical}-right`;
    default:
      return corner;
  }
}

/** The corner of a box of the given size that is nearest to a point in it. */
export function nearestCorner(point: { x: number; y: number }, box: { width: number; height: number }): Corner {
  return `${point.y < box.height / 2 ? 'top' : 'bottom'}-${point.x < box.width / 2 ? 'left' : 'right'}`;
}
