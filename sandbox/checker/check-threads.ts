import { type Bulk, statusOf } from './bulks.ts';
import type { Observed, ObservedThread } from './observed.ts';
import { isOpen, type Request } from './requests.ts';

/** Everything that was recorded is told once, what was answered stands on a trail, and what was begun has an end. */
export function checkThreads(
  observed: Observed,
  bulks: readonly Bulk[],
  requests: readonly Request[],
): string[] {
  const { threads, promises } = observed;
  const topics = [...requests.map(topicOf), ...bulks.map(bulkTopicOf)];
  return [
    ...topics.flatMap((topic) => checkTopic(topic, threads)),
    ...Map.groupBy(topics, ({ card }) => card)
      .values()
      .flatMap((sharing) => checkStrange(sharing, threads)),
    ...requests.filter(({ startedAt }) => startedAt).flatMap((request) => checkEnd(request, observed)),
    ...bulks.flatMap((bulk) => [...checkCard(bulk, observed), ...checkBulkEnd(bulk, threads)]),
    ...promises.flatMap(({ person, issue }) =>
      [...requests, ...bulks].some((one) => one.issue === issue && one.requester === person)
        ? []
        : [`${person} was told that a request stands on #${issue}, and none does`],
    ),
  ];
}

/** What a thread has to tell of, by the names of the notices. */
interface Topic {
  readonly name: string;
  readonly card: string;
  readonly notices: readonly string[];
}

/** Users of a bulk request share its thread: the names of their notices begin with the numbers of their issues. */
function noticeOf({ bulk, issue }: Request, key: string): string {
  return bulk ? `#${issue} ${key}` : key;
}

function topicOf(request: Request): Topic {
  const notices = [...request.toldBy].map((hash) => noticeOf(request, hash));
  return { name: `request ${request.id}`, card: request.card, notices };
}

function bulkTopicOf({ issue, card, toldBy }: Bulk): Topic {
  return { name: `bulk request #${issue}`, card, notices: [...toldBy] };
}

function toldIn(threads: readonly ObservedThread[], card: string): string[] {
  return threads.find(({ ts }) => ts === card)?.replies.flatMap(({ notice }) => notice ?? []) ?? [];
}

function checkTopic({ name, card, notices }: Topic, threads: readonly ObservedThread[]): string[] {
  if (!threads.some(({ ts }) => ts === card)) return [`${name} has no card`];
  const told = toldIn(threads, card);
  return notices.flatMap((due) => {
    const times = told.filter((notice) => notice === due).length;
    return times === 1 ? [] : [`the thread of ${name} tells of ${due} ${times} times`];
  });
}

function checkStrange(sharing: readonly Topic[], threads: readonly ObservedThread[]): string[] {
  const [first] = sharing;
  if (!first) return [];
  const due = new Set(sharing.flatMap(({ notices }) => notices));
  return toldIn(threads, first.card)
    .filter((notice) => /^(#\d+ )?[0-9a-f]{12}$/.test(notice) && !due.has(notice))
    .map((notice) => `the thread of ${sharing.at(-1)?.name} tells of ${notice}, which no trail has`);
}

/** Finished and verified; or the thread says why that cannot be recorded, and so does the issue if it was verified. */
function checkEnd(request: Request, { threads, issues, now }: Observed): string[] {
  if (!isOpen(request, now)) return [];
  const told = toldIn(threads, request.card);
  const isUnrecorded = told.includes(noticeOf(request, 'unrecorded'));
  const isReported = isUnrecorded || told.some((notice) => notice.startsWith(noticeOf(request, 'trouble-')));
  if (!isReported) return [`request ${request.id} was started, and nobody was told what came of it`];
  const issue = issues.find(({ number }) => number === request.issue);
  const isThere = issue?.comments.some(({ body }) => body.includes(request.id) && !isSealed(body));
  return isUnrecorded && !issue?.isGone && !isThere
    ? [`#${request.issue} does not tell what came of request ${request.id}`]
    : [];
}

function isSealed(body: string): boolean {
  return body.includes('<!-- keyturn:v1 ');
}

/** The card says what it has come to. */
function checkCard(bulk: Bulk, { threads, now }: Observed): string[] {
  const card = threads.find(({ ts }) => ts === bulk.card);
  const status = statusOf(bulk, now);
  return !card || card.text.endsWith(`: ${status}`)
    ? []
    : [`the card of bulk request #${bulk.issue} does not say that it is ${status}`];
}

/** It ends when everybody is over; or its thread says why nothing can be recorded on it. */
function checkBulkEnd(
  { issue, card, started, finished }: Bulk,
  threads: readonly ObservedThread[],
): string[] {
  const isHalted = toldIn(threads, card).some((notice) => notice === 'lost' || notice === 'broken');
  return started && !finished && !isHalted
    ? [`bulk request #${issue} was started, and nobody was told how it ended`]
    : [];
}
