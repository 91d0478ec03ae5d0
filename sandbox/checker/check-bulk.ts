import { type Bulk, statusOf } from './bulks.ts';
import type { Observed } from './observed.ts';
import type { Request } from './requests.ts';

const minute = 60_000;
/** How long what was decided before a Stop may take to be recorded: no comment waits longer for GitHub's limits. */
const recordedWithin = 5 * minute;
/** And to reach AWS: the trail of the bulk request is read right before it is asked. */
const askedWithin = minute;
/** How long after its start users of a bulk request may be begun. */
const beginnable = 24 * 60 * minute;

/** Users are begun by a bulk request as it was approved and until it was stopped, each once, and nobody is forgotten. */
export function checkBulk(
  observed: Observed,
  bulks: readonly Bulk[],
  requests: readonly Request[],
): string[] {
  const approved = requests.filter(({ bulk }) => bulk);
  const begunBy = ({ id }: Bulk) => approved.filter(({ bulk }) => bulk?.requestId === id);
  return [
    ...approved.flatMap((request) => {
      const wrong = wrongStart(request, bulks, observed);
      return wrong ? [`request ${request.id} was begun in bulk: ${wrong}`] : [];
    }),
    ...bulks.flatMap((bulk) => [
      ...twice(bulk, begunBy(bulk)),
      ...wrongEnd(bulk, begunBy(bulk)),
      ...wrongIssue(bulk, observed),
    ]),
  ];
}

/** What keeps this from being a start that the bulk request allows. */
function wrongStart(request: Request, bulks: readonly Bulk[], observed: Observed): string | undefined {
  const { bulk: reference, plan, startedAt } = request;
  const bulk = bulks.find(({ id, issue }) => id === reference?.requestId && issue === reference.issue);
  if (!bulk) return 'there is no such bulk request';
  if (bulk.started?.hash !== reference?.approval) return 'the bulk request has no such approval';
  if (bulk.accountId !== request.accountId) return 'the bulk request is about another account';
  const listed = bulk.users.find(({ userId }) => userId === request.userId);
  if (listed?.issue !== request.issue) return 'the bulk request does not list this user with this issue';
  if (plan.kind !== 'runbook' || listed.digest !== request.digest) return 'another plan was approved';
  if (request.requester !== bulk.requester) return 'somebody else had requested it';
  if (namesOf(request) !== namesOf(bulk)) return 'other people had approved it';
  return startedAt && wrongTime(request, startedAt, bulk, observed);
}

function namesOf({ approvedBy }: Pick<Request, 'approvedBy'>): string {
  return [...approvedBy].toSorted().join(' ');
}

function wrongTime(
  { id }: Request,
  startedAt: Date,
  { started, stoppedAt }: Bulk,
  { aws, law }: Observed,
): string | undefined {
  const approvedAt = started?.createdAt ?? startedAt;
  if (startedAt < approvedAt) return 'that was before it was approved';
  if (isAfter(startedAt, approvedAt, beginnable + recordedWithin)) return 'that was more than a day later';
  if (!stoppedAt) return undefined;
  const executions = aws.executions.filter(({ tagKeys }) => tagKeys.includes(`keyturn:${id}`));
  const isLate =
    isAfter(startedAt, stoppedAt, recordedWithin) ||
    executions.some((one) => isAfter(one.startedAt, stoppedAt, askedWithin + law.clocksApart));
  return isLate ? 'that was after it was stopped' : undefined;
}

function isAfter(moment: Date, other: Date, atLeast: number): boolean {
  return moment.getTime() > other.getTime() + atLeast;
}

function twice({ users, issue }: Bulk, begun: readonly Request[]): string[] {
  return users.flatMap(({ userId }) => {
    const times = begun.filter((request) => request.userId === userId && request.startedAt).length;
    return times > 1 ? [`bulk request #${issue} began ${userId} ${times} times`] : [];
  });
}

/** When it has finished: everybody was begun and is over, or is named as not started; and the numbers are right. */
function wrongEnd({ users, issue, finished }: Bulk, begun: readonly Request[]): string[] {
  if (!finished) return [];
  const { counts, notStarted = [] } = finished;
  // Whom a Stop kept from AWS was not started after all.
  const went = begun.filter((one) => one.startedAt && one.finished !== 'not started');
  const wasBegun = (userId: string) => went.some((request) => request.userId === userId);
  const isNamed = (userId: string) => notStarted.some((one) => one.userId === userId);
  const verified = went.filter(({ outcomes }) => outcomes);
  const asPredicted = verified.filter(({ isAsPredicted }) => isAsPredicted).length;
  const differs = verified.length - asPredicted;
  const unrecorded = went.length - verified.length;
  const isCounted =
    counts?.asPredicted === asPredicted && counts.differs === differs && counts.unrecorded === unrecorded;
  return [
    ...users
      .filter(({ userId }) => wasBegun(userId) === isNamed(userId))
      .map(({ userId }) =>
        isNamed(userId)
          ? `bulk request #${issue} says that ${userId} was not started`
          : `bulk request #${issue} has forgotten ${userId}`,
      ),
    ...(isCounted
      ? []
      : [`bulk request #${issue} counts other outcomes than ${asPredicted}, ${differs} and ${unrecorded}`]),
  ];
}

/** Its issue is open as long as something may come of it. */
function wrongIssue(bulk: Bulk, { issues, now }: Observed): string[] {
  const issue = issues.find(({ number }) => number === bulk.issue);
  const status = statusOf(bulk, now);
  const isOver = !['pending', 'started', 'stopped'].includes(status);
  return isOver && issue?.state === 'open' && !issue.isGone
    ? [`#${bulk.issue} is open, and its bulk request is ${status}`]
    : [];
}
