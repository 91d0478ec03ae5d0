import { inParallel } from '../parallel.ts';
import { fold } from '../trail/fold.ts';
import { readTrail } from '../trail/read-trail.ts';
import { parsePublicKeys } from '../trail/signature.ts';
import type { FindingState } from '../trail/state.ts';
import { explainBreak, type Trail } from '../trail/trail.ts';
import { deactivatedBy } from '../trail/transitions.ts';
import { type IssueHold, noHold, type RemediatedKey } from './hold.ts';
import { limits } from './limits.ts';
import { readMarker } from './marker.ts';
import type { CommentSource, HoldReader, IssueRecord } from './ports.ts';

/** What it takes to verify trails. */
export interface TrailPlace {
  /** GitHub's numeric id of the repository. */
  readonly repositoryId: number;
  /** The policy's `trail.publicKeys`. */
  readonly publicKeys: readonly string[];
}

/** Reads holds from the trails in issues' comments, and writes none. */
export function trailHolds(
  comments: CommentSource,
  { repositoryId, publicKeys: texts }: TrailPlace,
): HoldReader {
  const publicKeys = parsePublicKeys(texts);
  const readHold = async ({ number, body }: IssueRecord, now: Date): Promise<[number, IssueHold][]> => {
    const marker = readMarker(body);
    if (marker === undefined) return [];
    const { accountId, userId } = marker;
    const subject = { repositoryId, issue: number, accountId, userId };
    const hold = holdFrom(readTrail(await comments.list(number), subject, publicKeys), now);
    return hold ? [[number, hold]] : [];
  };
  return {
    async readHolds(issues, now) {
      const found = await inParallel(issues, limits.trailsAtOnce, (issue) => readHold(issue, now));
      return new Map(found.flat());
    },
  };
}

/**
 * What a trail means for the scan at `now`. Undefined: it was written by a newer version of Keyturn, so this one
 * cannot judge it; nobody has tampered with it, and the issue is not to be given up for that.
 */
function holdFrom(trail: Trail, now: Date): IssueHold | undefined {
  const isSealed = trail.envelopes.length > 0;
  if (trail.state === 'broken') {
    if (trail.reason === 'newer version') return undefined;
    return { ...noHold, isSealed, broken: explainBreak(trail) };
  }
  const state = fold(trail.events, now);
  return {
    pendingRequest: state.open !== undefined,
    exemptions: [...state.exemptions.values()],
    remediated: remediatedKeys(state),
    isSealed,
  };
}

/** Those that the bot saw reactivated count too: that it saw it is no decision. */
function remediatedKeys({ deactivated, reactivated, requests }: FindingState): RemediatedKey[] {
  return [...requests.values()].flatMap((request) => {
    if (request.status !== 'verified') return [];
    const approvals = request.approvals.map(({ actor: { name, id }, at }) => ({ name, id, at }));
    return deactivatedBy(request)
      .filter((keyId) => (deactivated.get(keyId) ?? reactivated.get(keyId))?.requestId === request.id)
      .map((keyId) => ({ keyId, deactivatedAt: request.verified.at, approvals }));
  });
}
