/** As much as the models look at. */
const sampleWidth = 256;
/** The room is painted this much smaller: a blur has no fine lines, and neither has the mask. */
const roomShrinkage = 4;
const blurShrinkage = 20;
const blurPx = 1.5;
const blurLayers = 3;

/** Paints a person sharp before a blurred room. Only two of its steps touch every pixel of the picture. */
export class BlurPicture {
  readonly canvas = document.createElement('canvas');
  readonly #output = context2d(this.canvas);
  readonly #sample = context2d(document.createElement('canvas'));
  readonly #blur = context2d(document.createElement('canvas'));
  readonly #room = context2d(document.createElement('canvas'));
  readonly #mask = context2d(document.createElement('canvas'));
  #maskPixels: ImageData | null = null;

  /** The picture of this moment, small, for the model to look at. */
  sample(video: HTMLVideoElement): HTMLCanvasElement {
    const { videoWidth: width, videoHeight: height } = video;
    return draw(this.#sample, video, sampleWidth, Math.round((sampleWidth * height) / width)).canvas;
  }

  /** `confidence`: for each pixel of the mask how surely it is the person, 0 to 1, row by row. */
  paint(video: HTMLVideoElement, confidence: Float32Array, maskWidth: number, maskHeight: number): void {
    const { videoWidth: width, videoHeight: height } = video;
    const room = this.#room;
    draw(room, this.#blurred(width, height), Math.ceil(width / roomShrinkage), Math.ceil(height / roomShrinkage));
    room.globalCompositeOperation = 'destination-out';
    room.drawImage(this.#masked(confidence, maskWidth, maskHeight), 0, 0, room.canvas.width, room.canvas.height);
    draw(this.#output, video, width, height);
    this.#output.globalCompositeOperation = 'source-over';
    this.#output.drawImage(room.canvas, 0, 0, width, height);
  }

  #blurred(width: number, height: number): HTMLCanvasElement {
    const blur = this.#blur;
    blur.filter = 'none';
    const { canvas } = draw(
      blur,
      this.#sample.canvas,
      Math.ceil(width / blurShrinkage),
      Math.ceil(height / blurShrinkage),
    );
    // Over the unfiltered one, and several times: at its edges a blur is half transparent, in Firefox more than in Chromium.
    // Safari knows no filters, there shrinking must do.
    blur.globalCompositeOperation = 'source-over';
    blur.filter = `blur(${blurPx}px)`;
    for (let layer = 0; layer < blurLayers; layer++) {
      blur.drawImage(this.#sample.canvas, 0, 0, canvas.width, canvas.height);
    }
    return canvas;
  }

  #masked(confidence: Float32Array, width: number, height: number): HTMLCanvasElement {
    const mask = this.#mask;
    fit(mask.canvas, width, height);
    if (this.#maskPixels?.width !== width || this.#maskPixels.height !== height) {
      this.#maskPixels = mask.createImageData(width, height);
    }
    const { data } = this.#maskPixels;
    for (let index = 0; index < confidence.length; index++) data[index * 4 + 3] = (confidence[index] ?? 0) * 255;
    mask.putImageData(this.#maskPixels, 0, 0);
    return mask.canvas;
  }
}

/** In place of whatever was on the canvas before. */
function draw(context: CanvasRenderingContext2D, image: CanvasImageSource, width: number, height: number) {
  fit(context.canvas, width, height);
  context.imageSmoothingQuality = 'high';
  context.globalCompositeOperation = 'copy';
  context.drawImage(image, 0, 0, width, height);
  return context;
}

function context2d(canvas: HTMLCanvasElement): CanvasRenderingContext2D {
  const context = canvas.getContext('2d');
  if (!context) throw new Error('This browser gives no canvas to paint on.');
  return context;
}

/** Setting a size clears the canvas and its settings, so only where it changes. */
function fit(canvas: HTMLCanvasElement, width: number, height: number): void {
  if (canvas.width !== width) canvas.width = width;
  if (canvas.height !== height) canvas.height = height;
}
