import { Camera, Mic, Volume2 } from 'lucide-react';

export const deviceIcons = { camera: Camera, microphone: Mic, speaker: Volume2 } as const;
