import type { Person } from './person';

declare global {
  interface Window {
    paintedCamera?: { stands: boolean };
  }
}

/**
 * Firefox takes no film for a camera. From its next load on, this person's page gets a painted picture where it captures one:
 * the picture at `url`, or one that moves.
 */
export async function paintsCamera({ page }: Person, url: string | null = null): Promise<void> {
  await page.evaluateOnNewDocument(paint, url);
}

export async function whileNothingIsPainted({ page }: Person, work: () => Promise<void>): Promise<void> {
  const stand = (stands: boolean) =>
    page.evaluate((now) => {
      window.paintedCamera = { stands: now };
    }, stands);
  await stand(true);
  await work();
  await stand(false);
}

/** Runs in the page before its own scripts. */
function paint(url: string | null): void {
  const { mediaDevices } = navigator;
  if (!mediaDevices) return;
  const capture = mediaDevices.getUserMedia.bind(mediaDevices);

  const painted = (camera: MediaStreamTrack): MediaStreamTrack => {
    const canvas = document.createElement('canvas');
    canvas.width = 640;
    canvas.height = 360;
    const context = canvas.getContext('2d');
    let picture: ImageBitmap | null = null;
    if (url) {
      fetch(url)
        .then((response) => response.blob())
        .then(async (blob) => {
          picture = await createImageBitmap(blob);
        });
    }
    let frames = 0;
    const next = () => {
      if (!context || window.paintedCamera?.stands) return;
      frames += 1;
      context.fillStyle = `hsl(${frames} 60% 50%)`;
      context.fillRect(0, 0, canvas.width, canvas.height);
      if (picture) context.drawImage(picture, 0, 0);
    };
    next();
    const timer = setInterval(next, 1000 / 15);
    const [track] = canvas.captureStream().getVideoTracks();
    if (!track) throw new Error('The canvas gave no track.');
    const stop = track.stop.bind(track);
    return Object.defineProperties(track, {
      // The page takes it for the camera.
      label: { value: camera.label },
      getSettings: { value: () => camera.getSettings() },
      stop: {
        value: () => {
          clearInterval(timer);
          camera.stop();
          stop();
        },
      },
    });
  };

  mediaDevices.getUserMedia = async (constraints) => {
    const stream = await capture(constraints);
    for (const camera of stream.getVideoTracks()) {
      stream.removeTrack(camera);
      stream.addTrack(painted(camera));
    }
    return stream;
  };
}
