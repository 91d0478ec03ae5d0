import { type Ages, idleFrom, keyIdleSince, overAgeFrom, passwordIdleSince } from './age.ts';
import type { UserSnapshot } from './user-snapshot.ts';

/**
 * The first moment after `now` at which either plan changes by itself: an Active key comes of age for strict,
 * a key or the console password becomes idle enough for the runbook. Undefined: never.
 *
 * Up to that moment the plans made at `now` hold, as long as nobody changes or uses the credentials.
 */
export function nextChange(user: UserSnapshot, ages: Ages, now: Date): Date | undefined {
  return [...strictChanges(user, ages), ...runbookChanges(user, ages)]
    .filter((moment) => moment > now)
    .sort((a, b) => a.getTime() - b.getTime())
    .at(0);
}

function strictChanges(user: UserSnapshot, ages: Ages): Date[] {
  return user.accessKeys
    .filter(({ status }) => status === 'Active')
    .map((key) => overAgeFrom(key, ages.maxAccessKeyAge));
}

/** Without Config's record of the user the runbook fails at any time. Inactive keys count: it updates them too. */
function runbookChanges(user: UserSnapshot, ages: Ages): Date[] {
  if (user.configName === undefined) return [];
  const passwordSince = passwordIdleSince(user);
  return [...user.accessKeys.map(keyIdleSince), ...(passwordSince ? [passwordSince] : [])].map((since) =>
    idleFrom(since, ages.maxCredentialUsageAge),
  );
}
