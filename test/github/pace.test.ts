import { expect, test } from '@jest/globals';
import { githubPace, paceFor, unpaced } from '../../shared/github/pace.ts';

test.each(['https://api.github.com', 'https://api.octo.ghe.com'])("%s has GitHub's limits", (apiUrl) => {
  expect(paceFor(apiUrl)).toBe(githubPace);
});

test.each(['https://github.example/api/v3', 'https://ghe.com.example'])(
  '%s has none of its own accord',
  (apiUrl) => {
    expect(paceFor(apiUrl)).toBe(unpaced);
  },
);
