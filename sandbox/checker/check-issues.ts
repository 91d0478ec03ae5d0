import type { Ledger } from './ledger.ts';
import type { Observed, ObservedUser } from './observed.ts';
import { isOpen, type Request } from './requests.ts';

const day = 86_400_000;

/** Every finding has its one open issue, no issue is closed too early, and labels say what the trail says. */
export function checkIssues(
  observed: Observed,
  ledgers: readonly Ledger[],
  requests: readonly Request[],
): string[] {
  const standing = ledgers.filter(
    ({ issue: { labels, isGone } }) =>
      !isGone && labels.includes('keyturn') && !labels.includes('keyturn:broken'),
  );
  const about = (userId: string) => standing.filter((ledger) => ledger.about?.userId === userId);
  return [
    ...observed.aws.users.flatMap((user) => checkUser(observed, user, about(user.userId), requests)),
    ...standing.flatMap(({ issue, about: whom, isBulk }) => {
      if (isBulk) return [];
      const isThere = observed.aws.users.some(({ userId }) => userId === whom?.userId);
      return issue.state === 'open' && !isThere ? [`#${issue.number} is open about a user who is gone`] : [];
    }),
    ...standing.flatMap((ledger) => checkLabels(observed, ledger, requests)),
  ];
}

function checkUser(
  { now, law }: Observed,
  { name, keys, userId, isNonCompliant }: ObservedUser,
  ledgers: readonly Ledger[],
  requests: readonly Request[],
): string[] {
  const old = keys.filter(
    ({ status, createdAt }) =>
      status === 'Active' && now.getTime() - createdAt.getTime() >= (law.maxAccessKeyAge + 1) * day,
  );
  const open = ledgers.filter(({ issue }) => issue.state === 'open').map(({ issue }) => issue.number);
  const exempt = exemptKeys(
    requests.filter((request) => request.userId === userId),
    now,
  );
  const due = old.filter(({ id }) => !exempt.has(id)).map(({ id }) => id);
  if (open.length > 1)
    return [`${name} has several open issues: ${open.map((number) => `#${number}`).join(', ')}`];
  if (isNonCompliant && due.length > 0 && open.length === 0)
    return [`${name} has no open issue, and ${due.join(', ')} is over age`];
  const isAwaited = requests.some((request) => request.userId === userId && isOpen(request, now));
  if (old.length === 0 && open.length > 0 && !isAwaited)
    return [`#${open[0]} is open, and ${name} has no old key`];
  return [];
}

function exemptKeys(requests: readonly Request[], now: Date): Set<string> {
  return new Set(
    requests.flatMap(({ end, until, plan }) =>
      end === 'exempted' && until && now < until ? (plan.keyIds ?? []) : [],
    ),
  );
}

function checkLabels({ now }: Observed, { issue }: Ledger, requests: readonly Request[]): string[] {
  const own = requests.filter((request) => request.issue === issue.number);
  const due = {
    'keyturn:pending': own.some((request) => isOpen(request, now)),
    'keyturn:exempt': exemptKeys(own, now).size > 0,
  };
  return (
    Object.entries(due)
      .filter(([label, isDue]) => issue.labels.includes(label) !== isDue)
      // A hint on a closed issue that nobody has touched since its exemption ended costs one request, and says nothing.
      .filter(
        ([label]) =>
          !(label === 'keyturn:exempt' && issue.state === 'closed' && issue.labels.includes(label)),
      )
      .map(([label, isDue]) => `#${issue.number} ${isDue ? 'lacks' : 'bears'} the label ${label}`)
  );
}
