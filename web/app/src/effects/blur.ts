import { ImageSegmenter } from '@mediapipe/tasks-vision';
import loaderUrl from '@mediapipe/tasks-vision/vision_wasm_internal.js?url';
import wasmUrl from '@mediapipe/tasks-vision/vision_wasm_internal.wasm?url';
import type { TrackProcessor } from '@sightline/sdk';
import { BlurPicture } from './blurPicture';
import { pulse } from './pulse';

const framesPerSecond = 30;

/** A sharp person before a blurred room. The model finds the person in this browser; no picture leaves it for that. */
export function backgroundBlur(modelUrl: string): TrackProcessor {
  return {
    async process(track) {
      const [segmenter, video] = await Promise.all([createSegmenter(modelUrl), playing(track)]);
      try {
        return blurred(segmenter, video, track);
      } catch (error) {
        segmenter.close();
        video.srcObject = null;
        throw error;
      }
    },
  };
}

function blurred(segmenter: ImageSegmenter, video: HTMLVideoElement, source: MediaStreamTrack) {
  const picture = new BlurPicture();
  let shownAtS = -1;

  const paint = () => {
    if (video.currentTime === shownAtS || video.videoWidth === 0 || !source.enabled) return;
    shownAtS = video.currentTime;
    segmenter.segmentForVideo(picture.sample(video), performance.now(), ({ confidenceMasks }) => {
      // A model with one class says where the person is; one with several begins with the background.
      const [mask] = confidenceMasks ?? [];
      if (!mask) return;
      const values = mask.getAsFloat32Array();
      const person = confidenceMasks?.length === 1 ? values : values.map((background) => 1 - background);
      picture.paint(video, person, mask.width, mask.height);
    });
  };

  // The first frame gives the canvas its size, so that the track never shows anything else.
  paint();
  const [track] = picture.canvas.captureStream(framesPerSecond).getVideoTracks();
  if (!track) throw new Error('The canvas gave no track.');
  const stop = pulse(1000 / framesPerSecond, paint);
  return {
    track,
    dispose() {
      stop();
      track.stop();
      segmenter.close();
      video.srcObject = null;
    },
  };
}

async function createSegmenter(modelUrl: string): Promise<ImageSegmenter> {
  const response = await fetch(modelUrl);
  if (!response.ok) throw new Error(`The model for background blur answered with ${response.status}.`);
  const modelAssetBuffer = new Uint8Array(await response.arrayBuffer());
  // Not on the graphics card: the model is small, and a browser that only pretends to have one takes seconds a frame.
  return ImageSegmenter.createFromOptions(
    { wasmLoaderPath: loaderUrl, wasmBinaryPath: wasmUrl },
    {
      baseOptions: { modelAssetBuffer, delegate: 'CPU' },
      canvas: document.createElement('canvas'),
      runningMode: 'VIDEO',
      outputConfidenceMasks: true,
      outputCategoryMask: false,
    },
  );
}

async function playing(track: MediaStreamTrack): Promise<HTMLVideoElement> {
  const video = document.createElement('video');
  video.muted = true;
  video.playsInline = true;
  video.srcObject = new MediaStream([track]);
  await video.play();
  return video;
}
