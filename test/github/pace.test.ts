import { expect, test } from '@jest/globals';
import { githubPace, paceFor } from '../../shared/github/pace.ts';

test.each(['https://api.github.com', 'https://api.octo.ghe.com'])("%s has GitHub's limits", (apiUrl) => {
  expect(paceFor(apiUrl)).toBe(githubPace);
});

test.each(['https://github.example/api/v3', 'https://ghe.com.example'])(
  '%s has none of its own accord, and is heeded when it says wait',
  (apiUrl) => {
    expect(paceFor(apiUrl)).toEqual({ betweenWrites: 0, betweenCreations: 0, retryAfterSecond: 1_000 });
  },
);
