const leastVisibleShare = 0.5;

/**
 * How a picture fills the window, by their ratios of width to height. Filling it cuts a tall picture in a wide window
 * at forehead and chin, so from a point it is shown whole; a wide picture in a tall window keeps its middle.
 */
export function fitOf(picture: number, box: number): 'cover' | 'contain' {
  return picture < box && picture / box < leastVisibleShare ? 'contain' : 'cover';
}
