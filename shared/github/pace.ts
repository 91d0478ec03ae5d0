import Bottleneck from 'bottleneck';

/**
 * How fast Keyturn writes to GitHub. The plugin's own pace is three seconds between creations; GitHub's secondary
 * limits allow more. Source: docs.github.com, "Rate limits for the REST API".
 */
export interface Pace {
  /** Milliseconds between writes of any kind: a write counts 5 of 900 points a minute. */
  readonly betweenWrites: number;
  /** Milliseconds between new issues or comments: 80 a minute. */
  readonly betweenCreations: number;
  /** New issues and comments an hour (500); absent: any number. */
  readonly creationsPerHour?: number;
}

export const githubPace: Pace = {
  betweenWrites: 340,
  betweenCreations: 750,
  creationsPerHour: 500,
};

/** For a GitHub that is one's own. */
export const unpaced: Pace = { betweenWrites: 0, betweenCreations: 0 };

/**
 * How fast to write. A GitHub Enterprise Server has no rate limits unless its owner sets some, and then it says
 * how long to wait. Source: Enterprise Server docs, "Configuring rate limits".
 */
export function paceFor(apiUrl: string): Pace {
  const { hostname } = new URL(apiUrl);
  const isGitHubsOwn = hostname === 'api.github.com' || hostname.endsWith('.ghe.com');
  return isGitHubsOwn ? githubPace : unpaced;
}

/** What is left to people who ask one by one, and to the scan where it has the same token. */
const reserve = 100;

/** How many of an hour's comments bulk requests may take; undefined: any number. */
export function bulkShare({ creationsPerHour }: Pace): number | undefined {
  return creationsPerHour === undefined ? undefined : creationsPerHour - reserve;
}

const hour = 3_600_000;

/** The throttling plugin's queues for writes and for what notifies people. */
export function throttleGroups(pace: Pace): { write: Bottleneck.Group; notifications: Bottleneck.Group } {
  // A group forgets an idle queue, and the hour's count with it, after this time.
  const common = { maxConcurrent: 1, timeout: 2 * hour };
  const perHour = pace.creationsPerHour;
  const reservoir =
    perHour === undefined
      ? {}
      : {
          reservoir: perHour,
          reservoirRefreshAmount: perHour,
          reservoirRefreshInterval: hour,
        };
  return {
    write: new Bottleneck.Group({ ...common, minTime: pace.betweenWrites }),
    notifications: new Bottleneck.Group({ ...common, ...reservoir, minTime: pace.betweenCreations }),
  };
}
