// Stored pixels as a picture: grey of one channel, colour of three.

/** `shape`: channels × height × width; `white` is the value of white, 0 that of black. */
export function pixelImage(values: ArrayLike<number>, shape: readonly number[], white: number): ImageData {
  const [channels = 1, height = 1, width = 1] = shape;
  const plane = height * width;
  const pixels = new Uint8ClampedArray(plane * 4);
  for (let at = 0; at < plane; at++) {
    for (let colour = 0; colour < 3; colour++)
      pixels[at * 4 + colour] = (values[(channels === 1 ? 0 : colour * plane) + at]! * 255) / white;
    pixels[at * 4 + 3] = 255;
  }
  return new ImageData(pixels, width, height);
}
