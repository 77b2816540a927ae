/** The picture is made this much smaller before it is blurred: cheap, and smooth when it is made large again. */
const shrinkage = 8;
const blurPx = 3;

/** Paints a person sharp over a blurred room. */
export class BlurPicture {
  readonly canvas = document.createElement('canvas');
  readonly #output = context2d(this.canvas);
  readonly #room = context2d(document.createElement('canvas'));
  readonly #mask = context2d(document.createElement('canvas'));
  #maskPixels: ImageData | null = null;

  /** `confidence`: for each pixel of the mask how surely it is the person, 0 to 1, row by row. */
  paint(video: HTMLVideoElement, confidence: Float32Array, maskWidth: number, maskHeight: number): void {
    const { videoWidth: width, videoHeight: height } = video;
    fit(this.canvas, width, height);
    this.#drawMask(confidence, maskWidth, maskHeight);
    this.#drawRoom(video, width, height);
    const output = this.#output;
    output.globalCompositeOperation = 'copy';
    output.drawImage(this.#mask.canvas, 0, 0, width, height);
    output.globalCompositeOperation = 'source-in';
    output.drawImage(video, 0, 0, width, height);
    output.globalCompositeOperation = 'destination-over';
    output.drawImage(this.#room.canvas, 0, 0, width, height);
  }

  #drawMask(confidence: Float32Array, width: number, height: number): void {
    fit(this.#mask.canvas, width, height);
    if (this.#maskPixels?.width !== width || this.#maskPixels.height !== height) {
      this.#maskPixels = this.#mask.createImageData(width, height);
    }
    const { data } = this.#maskPixels;
    for (let index = 0; index < confidence.length; index++) data[index * 4 + 3] = (confidence[index] ?? 0) * 255;
    this.#mask.putImageData(this.#maskPixels, 0, 0);
  }

  #drawRoom(video: HTMLVideoElement, width: number, height: number): void {
    const room = this.#room;
    fit(room.canvas, Math.ceil(width / shrinkage), Math.ceil(height / shrinkage));
    // Safari knows no filters here; there the shrinking alone blurs.
    room.filter = `blur(${blurPx}px)`;
    room.imageSmoothingQuality = 'high';
    room.drawImage(video, 0, 0, room.canvas.width, room.canvas.height);
  }
}

function context2d(canvas: HTMLCanvasElement): CanvasRenderingContext2D {
  const context = canvas.getContext('2d');
  if (!context) throw new Error('This browser gives no canvas to paint on.');
  return context;
}

function fit(canvas: HTMLCanvasElement, width: number, height: number): void {
  if (canvas.width !== width) canvas.width = width;
  if (canvas.height !== height) canvas.height = height;
}
