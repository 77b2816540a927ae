/**
 * How a frame carries its number: a grid of 16 by 9 cells; the upper two rows are the number's bits, white for 1, the highest
 * first, and the next two those of a word that follows from it, so that a picture which is damaged or is no such frame has
 * no number.
 */

export const columns = 16;
export const rows = 9;
/** Of the picture that is read, whatever its size was. */
export const cellWidth = 6;
export const cellHeight = 6;
export const width = columns * cellWidth;
export const height = rows * cellHeight;

/** Numbers begin anew after so many. */
export const numbers = 2 ** columns;

const rowsOfWord = 2;
/** Of brightness; video has neither quite black nor quite white. */
const middle = 126;
/** A bit that is neither says nothing. */
const unsure = 24;

/** The word that follows from a number: another one for each. */
export function checkOf(number: number): number {
  return (number * 40503 + 12345) % numbers;
}

/** @param grey A picture of `width` by `height`, a byte each; `null` where it shows no number. */
export function numberOf(grey: Uint8Array): number | null {
  const number = wordAt(grey, 0);
  return number !== null && wordAt(grey, rowsOfWord) === checkOf(number) ? number : null;
}

function wordAt(grey: Uint8Array, row: number): number | null {
  let word = 0;
  for (let column = 0; column < columns; column++) {
    const light = meanOf(grey, column, row);
    if (Math.abs(light - middle) < unsure) return null;
    word = word * 2 + (light > middle ? 1 : 0);
  }
  return word;
}

/** Of the inner part: edges are blurred. */
function meanOf(grey: Uint8Array, column: number, row: number): number {
  let sum = 0;
  let count = 0;
  for (let y = row * cellHeight + 2; y < (row + rowsOfWord) * cellHeight - 2; y++) {
    for (let x = column * cellWidth + 2; x < (column + 1) * cellWidth - 2; x++) {
      sum += grey[y * width + x] ?? 0;
      count++;
    }
  }
  return sum / count;
}

/** A picture with a number, as the page's camera draws it. */
export function pictureOf(number: number): Uint8Array {
  const grey = new Uint8Array(width * height).fill(middle);
  for (const [index, word] of [number, checkOf(number)].entries())
    for (let y = index * rowsOfWord * cellHeight; y < (index + 1) * rowsOfWord * cellHeight; y++)
      for (let x = 0; x < width; x++)
        grey[y * width + x] = (word >> (columns - 1 - Math.floor(x / cellWidth))) & 1 ? 255 : 0;
  return grey;
}
