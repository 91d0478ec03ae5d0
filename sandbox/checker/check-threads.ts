import type { Observed } from './observed.ts';
import { isOpen, type Request } from './requests.ts';

/** Everything that was recorded is told once, what was answered stands on a trail, and what was begun has an end. */
export function checkThreads({ threads, promises, now }: Observed, requests: readonly Request[]): string[] {
  return [
    ...requests.flatMap((request) => checkThread(request, threads)),
    ...requests.filter(({ startedAt }) => startedAt).flatMap((request) => checkEnd(request, threads, now)),
    ...promises.flatMap(({ person, issue }) =>
      requests.some((request) => request.issue === issue && request.requester === person)
        ? []
        : [`${person} was told that a request stands on #${issue}, and none does`],
    ),
  ];
}

function checkThread({ id, card, toldBy }: Request, threads: Observed['threads']): string[] {
  const thread = threads.find(({ ts }) => ts === card);
  if (!thread) return [`request ${id} has no card`];
  const told = thread.replies.flatMap(({ notice }) => notice ?? []);
  const wrong = [...toldBy].flatMap((hash) => {
    const times = told.filter((notice) => notice === hash).length;
    return times === 1 ? [] : [`the thread of request ${id} tells of ${hash} ${times} times`];
  });
  const strange = told.filter((notice) => /^[0-9a-f]{12}$/.test(notice) && !toldBy.has(notice));
  return [
    ...wrong,
    ...strange.map((notice) => `the thread of request ${id} tells of ${notice}, which no trail has`),
  ];
}

/** Finished and verified, or the thread says why it cannot be recorded. */
function checkEnd(request: Request, threads: Observed['threads'], now: Date): string[] {
  if (!isOpen(request, now)) return [];
  const thread = threads.find(({ ts }) => ts === request.card);
  const isReported = thread?.replies.some(({ notice = '' }) => /^(unrecorded|trouble-)/.test(notice));
  return isReported ? [] : [`request ${request.id} was started, and nobody was told what came of it`];
}
