import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chanceOf } from './chance';

const width = 480;
const height = 270;
const framesPerSecond = 20;
const frames = 80;
/** Edge of the cells whose corners chance decides; between them the picture is smooth. */
const cell = 16;
const grain = 40;

/**
 * A film for Chromium's fake camera that asks for as many bits as it may have, unlike the one built in, and small enough to
 * be encoded and decoded on one core: cloudy patterns that move in a circle under grain.
 * @returns Chromium's flag for it.
 */
export async function filmCamera(seed: number): Promise<string> {
  const path = join(tmpdir(), 'camera.y4m');
  const random = chanceOf(seed);
  const clouds = drawClouds(2 * width, 2 * height, random);
  const film = createWriteStream(path);
  film.write(`YUV4MPEG2 W${width} H${height} F${framesPerSecond}:1 Ip A1:1 C420jpeg\n`);
  for (let number = 0; number < frames; number++) {
    const turn = (2 * Math.PI * number) / frames;
    const left = Math.round((width / 2) * (1 + Math.sin(turn)));
    const top = Math.round((height / 2) * (1 + Math.cos(turn)));
    // Brightness first, then the colours: grey.
    const frame = Buffer.alloc(width * height + 2 * (Math.ceil(width / 2) * Math.ceil(height / 2)), 128);
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++)
        frame[y * width + x] = (clouds[(y + top) * 2 * width + x + left] ?? 0) + (random() - 0.5) * grain;
    film.write('FRAME\n');
    if (!film.write(frame)) await once(film, 'drain');
  }
  film.end();
  await once(film, 'finish');
  return `--use-file-for-fake-video-capture=${path}`;
}

function drawClouds(across: number, down: number, random: () => number): Uint8Array {
  const columns = Math.ceil(across / cell) + 1;
  const corners = Float32Array.from({ length: columns * (Math.ceil(down / cell) + 1) }, random);
  const clouds = new Uint8Array(across * down);
  for (let y = 0; y < down; y++) {
    for (let x = 0; x < across; x++) {
      const corner = Math.floor(y / cell) * columns + Math.floor(x / cell);
      const [right, low] = [(x % cell) / cell, (y % cell) / cell];
      const at = (index: number) => corners[index] ?? 0;
      const upper = at(corner) * (1 - right) + at(corner + 1) * right;
      const lower = at(corner + columns) * (1 - right) + at(corner + columns + 1) * right;
      clouds[y * across + x] = 40 + 170 * (upper * (1 - low) + lower * low);
    }
  }
  return clouds;
}
