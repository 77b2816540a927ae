import { homeExtraScenes } from '../home/scenes';
import { lobbyScenes } from '../lobby/scenes';
import { networkScenes } from '../network/scenes';
import { recordingScenes } from '../recordings/scenes';
import { reportScenes } from '../report/scenes';
import { callScenes } from './callScenes';
import { conversationScenes } from './conversationScenes';
import { homeScenes } from './homeScenes';
import type { Scenes } from './stage';

/** Every screen in every state, by name. */
export const scenes: Scenes = {
  ...homeScenes,
  ...homeExtraScenes,
  ...lobbyScenes,
  ...networkScenes,
  ...recordingScenes,
  ...reportScenes,
  ...callScenes,
  ...conversationScenes,
};
