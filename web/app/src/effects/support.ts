/** Why an effect cannot be had in this browser; `null` when it can. */
export function noiseObstacle(): string | null {
  if (typeof AudioWorkletNode === 'undefined')
    return 'This browser cannot work on sound while it is spoken (no audio worklets).';
  if (typeof WebAssembly === 'undefined') return noWebAssembly;
  return null;
}

export function blurObstacle(): string | null {
  if (typeof WebAssembly === 'undefined' || !WebAssembly.validate(vectorModule)) return noWebAssembly;
  if (typeof HTMLCanvasElement.prototype.captureStream !== 'function') {
    return 'This browser cannot send a picture that was painted (no canvas streams).';
  }
  hasWebGl ??= canUseWebGl();
  return hasWebGl ? null : 'This browser offers no WebGL here, which the effect needs.';
}

/** Once for the page: each try costs a context. */
let hasWebGl: boolean | null = null;

/** The segmenter asks for a context also where it does not use it. */
function canUseWebGl(): boolean {
  const canvas = document.createElement('canvas');
  const context = canvas.getContext('webgl2') ?? canvas.getContext('webgl');
  context?.getExtension('WEBGL_lose_context')?.loseContext();
  return context !== null;
}

const noWebAssembly = 'This browser cannot run what the effect is made of (WebAssembly with vector instructions).';

/** The smallest module that uses a 128-bit vector (WebAssembly core specification 2.0, section 5.4.8). */
const vectorModule = new Uint8Array([
  0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 10, 1, 8, 0, 65, 0, 253, 15, 253, 98, 11,
]);
