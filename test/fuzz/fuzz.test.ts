import { test } from '@jest/globals';
import fc from 'fast-check';
import { targets } from './targets.ts';

/** As many as a test may take; `npm run fuzz` tries ten thousand of each. */
const numRuns = 200;

test.each(targets)('$name', async ({ open }) => {
  const { property, close } = await open();
  try {
    await fc.assert(property, { numRuns });
  } finally {
    await close();
  }
});
