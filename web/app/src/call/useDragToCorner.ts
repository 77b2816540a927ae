import { type PointerEvent, type RefObject, useRef, useState } from 'react';
import { type Corner, nearestCorner } from './corners';

const dragThresholdPx = 6;

/** Follows the pointer and, when it lets go, reports the nearest corner of the element's container. */
export function useDragToCorner(element: RefObject<HTMLElement | null>, onDrop: (corner: Corner) => void) {
  const [offset, setOffset] = useState<{ x: number; y: number } | null>(null);
  const start = useRef<{ x: number; y: number } | null>(null);
  const dragged = useRef(false);

  const finish = () => {
    const box = element.current?.offsetParent?.getBoundingClientRect();
    const own = element.current?.getBoundingClientRect();
    if (offset && box && own) {
      const middle = { x: own.x + own.width / 2 - box.x, y: own.y + own.height / 2 - box.y };
      onDrop(nearestCorner(middle, box));
    }
    start.current = null;
    setOffset(null);
  };

  return {
    offset,
    /** A drag ends with a click, which is then not meant as one. */
    justDragged: () => dragged.current,
    handlers: {
      onPointerDown: (event: PointerEvent<HTMLElement>) => {
        if (event.button !== 0) return;
        event.currentTarget.setPointerCapture(event.pointerId);
        start.current = { x: event.clientX, y: event.clientY };
        dragged.current = false;
      },
      onPointerMove: (event: PointerEvent<HTMLElement>) => {
        if (!start.current) return;
        const moved = { x: event.clientX - start.current.x, y: event.clientY - start.current.y };
        if (!dragged.current && Math.hypot(moved.x, moved.y) < dragThresholdPx) return;
        dragged.current = true;
        setOffset(moved);
      },
      onPointerUp: finish,
      onPointerCancel: finish,
    },
  };
}
