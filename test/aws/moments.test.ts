import { expect, test } from '@jest/globals';
import { parseMoment, wholeSeconds } from '../../shared/aws/moments.ts';

test.each(['2026-01-31T09:00:00+00:00', '2026-01-31T09:00:00.999Z', '2026-01-31T10:00:00+01:00'])(
  '%s is the same whole second',
  (text) => {
    const moment = parseMoment(text);
    expect(moment && wholeSeconds(moment)).toBe('2026-01-31T09:00:00Z');
  },
);

test.each([undefined, '', 'N/A', 'no_information', '2026', '2026-13-45T00:00:00Z'])(
  '%s is no moment',
  (text) => {
    expect(parseMoment(text)).toBeUndefined();
  },
);
