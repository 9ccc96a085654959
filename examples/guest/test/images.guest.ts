import { existsSync } from 'node:fs';
import { expect, it } from 'vitest';
import { limeModuleFor, webServerImage } from '../src/image.ts';
import { volatilityFor } from '../src/volatility.ts';

// By itself: a machine that cannot build them cannot try anything out, which is no fault of what would be tried.
it('what guests need is built, or in the cache', async () => {
  const image = await webServerImage();
  const [{ bytes }, { python }] = await Promise.all([limeModuleFor(image), volatilityFor(image)]);
  expect([image.diskFile, image.kernelFile, python].filter((file) => !existsSync(file))).toEqual([]);
  expect(bytes.length).toBeGreaterThan(0);
});
