interface Look {
  width: number;
  height: number;
  /** Two colours of the room, and the person's. */
  room: readonly [string, string];
  skin: string;
  shirt: string;
}

export const looks = {
  ada: { width: 1280, height: 720, room: ['#f4efe4', '#cdbf9f'], skin: '#d9a17c', shirt: '#45639c' },
  bright: { width: 1280, height: 720, room: ['#ffffff', '#f4f4f4'], skin: '#eab898', shirt: '#f0f0f0' },
  tall: { width: 540, height: 960, room: ['#2b3440', '#171c24'], skin: '#a86e4a', shirt: '#8f3d3d' },
  self: { width: 640, height: 480, room: ['#38513f', '#223228'], skin: '#b98560', shirt: '#d8c7a3' },
} satisfies Record<string, Look>;

/** A drawn person who moves a little, as a media stream: something to look at without a camera. */
export function drawnStream({ width, height, room, skin, shirt }: Look): MediaStream {
  const canvas = document.createElement('canvas');
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext('2d');
  const draw = () => {
    if (!context) return;
    const sway = Math.sin(performance.now() / 900) * width * 0.008;
    const unit = Math.min(width, height);
    const wall = context.createLinearGradient(0, 0, width, height);
    wall.addColorStop(0, room[0]);
    wall.addColorStop(1, room[1]);
    context.fillStyle = wall;
    context.fillRect(0, 0, width, height);
    context.fillStyle = shirt;
    context.beginPath();
    context.ellipse(width / 2 + sway * 0.5, height * 1.04, unit * 0.46, height * 0.42, 0, 0, Math.PI * 2);
    context.fill();
    context.fillStyle = skin;
    context.fillRect(width / 2 - unit * 0.07 + sway, height * 0.5, unit * 0.14, unit * 0.2);
    context.beginPath();
    context.ellipse(width / 2 + sway, height * 0.42, unit * 0.155, unit * 0.2, 0, 0, Math.PI * 2);
    context.fill();
    context.fillStyle = '#3a2a22';
    context.beginPath();
    context.ellipse(width / 2 + sway, height * 0.42 - unit * 0.09, unit * 0.17, unit * 0.14, 0, Math.PI, 0);
    context.fill();
    requestAnimationFrame(draw);
  };
  draw();
  return canvas.captureStream(30);
}
