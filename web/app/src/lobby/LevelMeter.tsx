import type { Preview } from '@sightline/sdk';
import { useEffect, useRef } from 'react';

/** Speech rarely fills the scale; the root makes quiet voices visible. */
const shown = (level: number) => Math.round(Math.sqrt(Math.min(1, Math.max(0, level))) * 100);

/** How loud the microphone is. Drawn past React: it changes twenty times a second. */
export function LevelMeter({ preview, on }: { preview: Preview | null; on: boolean }) {
  const meter = useRef<HTMLMeterElement>(null);
  useEffect(() => {
    const show = (percent: number) => {
      if (meter.current) meter.current.value = percent;
    };
    show(0);
    return on ? preview?.onLevel((level) => show(shown(level))) : undefined;
  }, [preview, on]);
  return <meter className="level-meter" ref={meter} aria-label="Microphone level" min={0} max={100} />;
}
