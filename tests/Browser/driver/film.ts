const width = 640;
const height = 360;

type Colour = readonly [y: number, u: number, v: number];

const paper: Colour = [220, 128, 128];
const ink: Colour = [30, 128, 128];
const skin: Colour = [165, 110, 155];
const hair: Colour = [45, 122, 136];
const shirt: Colour = [80, 165, 105];
const mouth: Colour = [95, 115, 185];

/** Somebody in front of a wall of small squares, as a film (YUV4MPEG2) that Chromium takes for a camera. */
export function portrait(): Buffer {
  const luma = Buffer.alloc(width * height);
  const chroma = [Buffer.alloc(luma.length / 4), Buffer.alloc(luma.length / 4)] as const;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const [l, u, v] = colourAt(x, y);
      luma[y * width + x] = l;
      const half = (y >> 1) * (width / 2) + (x >> 1);
      chroma[0][half] = u;
      chroma[1][half] = v;
    }
  }
  return Buffer.concat([
    Buffer.from(`YUV4MPEG2 W${width} H${height} F15:1 Ip A1:1 C420jpeg\nFRAME\n`),
    luma,
    ...chroma,
  ]);
}

/** The same as a picture (a bitmap of Windows), for a page to paint. */
export function portraitPicture(): Buffer {
  const headerBytes = 54;
  const picture = Buffer.alloc(headerBytes + width * height * 3);
  picture.write('BM');
  picture.writeUInt32LE(picture.length, 2);
  picture.writeUInt32LE(headerBytes, 10);
  picture.writeUInt32LE(40, 14);
  picture.writeInt32LE(width, 18);
  // Negative: from the top to the bottom.
  picture.writeInt32LE(-height, 22);
  picture.writeUInt16LE(1, 26);
  picture.writeUInt16LE(24, 28);
  for (let at = 0; at < width * height; at++) {
    const [y, u, v] = colourAt(at % width, Math.floor(at / width));
    // ITU-T T.871, section 7.
    const [blue, red] = [y + 1.772 * (u - 128), y + 1.402 * (v - 128)];
    const green = y - 0.344136 * (u - 128) - 0.714136 * (v - 128);
    picture.set(
      [blue, green, red].map((value) => Math.min(255, Math.max(0, Math.round(value)))),
      headerBytes + at * 3,
    );
  }
  return picture;
}

function colourAt(x: number, y: number): Colour {
  const inside = (cx: number, cy: number, rx: number, ry: number) => ((x - cx) / rx) ** 2 + ((y - cy) / ry) ** 2 < 1;
  const shade = ([l, u, v]: Colour): Colour => [Math.round(l - Math.abs(x - 320) / 6), u, v];
  for (const side of [-1, 1]) {
    if (inside(320 + side * 26, 138, 9, 5)) return ink;
    if (inside(320 + side * 26, 122, 15, 3)) return hair;
  }
  if (inside(320, 195, 22, 6)) return mouth;
  if (inside(320, 165, 7, 12)) return shade([150, 110, 158]);
  if (inside(320, 160, 62, 82) && !(y < 105)) return shade(skin);
  if (inside(320, 135, 74, 78)) return hair;
  if (Math.abs(x - 320) < 30 && y > 200 && y < 262) return shade([145, 110, 155]);
  if (inside(320, 400, 175, 150)) return (x + y) % 24 < 3 ? shade([150, 150, 110]) : shade(shirt);
  return ((x >> 3) + (y >> 3)) % 2 === 0 ? paper : ink;
}
