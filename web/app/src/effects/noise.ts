import { loadRnnoise, RnnoiseWorkletNode } from '@sapphi-red/web-noise-suppressor';
import wasmUrl from '@sapphi-red/web-noise-suppressor/rnnoise.wasm?url';
import simdUrl from '@sapphi-red/web-noise-suppressor/rnnoise_simd.wasm?url';
import workletUrl from '@sapphi-red/web-noise-suppressor/rnnoiseWorklet.js?url';
import type { TrackProcessor } from '@sightline/sdk';

/** What the RNNoise network was trained on. */
const sampleRateHz = 48_000;

/** A voice without fans, keyboards and streets: RNNoise in an audio worklet, off the page's own thread. */
export const noiseSuppression: TrackProcessor = {
  async process(track) {
    const context = new AudioContext({ sampleRate: sampleRateHz, latencyHint: 'interactive' });
    try {
      const [wasmBinary] = await Promise.all([
        loadRnnoise({ url: wasmUrl, simdUrl }),
        context.audioWorklet.addModule(workletUrl),
      ]);
      const node = new RnnoiseWorkletNode(context, { wasmBinary, maxChannels: 1 });
      const source = context.createMediaStreamSource(new MediaStream([track]));
      const target = new MediaStreamAudioDestinationNode(context, { channelCount: 1 });
      source.connect(node).connect(target);
      await context.resume();
      const [processed] = target.stream.getAudioTracks();
      if (!processed) throw new Error('The audio context gave no track.');
      return {
        track: processed,
        dispose() {
          node.destroy();
          processed.stop();
          context.close().catch(() => {});
        },
      };
    } catch (error) {
      await context.close();
      throw error;
    }
  },
};
