/** What the repository shows: issues, comments, and what their trails are worth. */
import type { KeyObject } from 'node:crypto';
import { readMarker } from '../../shared/findings/marker.ts';
import type { TrailComment } from '../../shared/trail/comment.ts';
import { shortHashOf } from '../../shared/trail/envelope.ts';
import { readTrail } from '../../shared/trail/read-trail.ts';
import { parsePublicKeys } from '../../shared/trail/signature.ts';
import { explainBreak, type Trail } from '../../shared/trail/trail.ts';
import type { StoredComment, StoredIssue } from '../github/by-hand.ts';
import type { Loop } from '../loop.ts';

/** What anybody can find out about a trail with the public key. */
export type Verdict =
  | { readonly state: 'none' }
  | { readonly state: 'verified'; readonly envelopes: number }
  | { readonly state: 'broken'; readonly why: string; readonly atComment: number };

export interface CommentScene {
  readonly id: number;
  readonly author: string;
  /** ISO-8601 UTC. */
  readonly at: string;
  readonly isEdited: boolean;
  readonly body: string;
  /** Of its envelope, when it is part of the trail. */
  readonly seal?: { readonly seq: number; readonly shortHash: string };
}

export interface IssueScene {
  readonly number: number;
  readonly title: string;
  readonly state: 'open' | 'closed';
  readonly labels: readonly string[];
  readonly assignees: readonly string[];
  readonly author: string;
  /** ISO-8601 UTC. */
  readonly createdAt: string;
  readonly body: string;
  readonly comments: readonly CommentScene[];
  readonly trail: Verdict;
}

export interface GitHubScene {
  readonly repository: string;
  /** By number. */
  readonly issues: readonly IssueScene[];
}

export async function readGitHub({ github, publicKey }: Loop): Promise<GitHubScene> {
  const publicKeys = parsePublicKeys([publicKey]);
  const issues = (await github.byHand.issues()).map(async (issue): Promise<IssueScene> => {
    const comments = issue.comments > 0 ? await github.byHand.comments(issue.number) : [];
    return sceneOf(issue, comments, readTrailOf(issue, comments, github.repositoryId, publicKeys));
  });
  return { repository: github.repository, issues: await Promise.all(issues) };
}

function readTrailOf(
  { number, body }: StoredIssue,
  comments: readonly StoredComment[],
  repositoryId: number,
  publicKeys: readonly KeyObject[],
): Trail | undefined {
  const marker = readMarker(body ?? '');
  if (!marker) return undefined;
  const { accountId, userId } = marker;
  return readTrail(
    comments.map(trailComment),
    { repositoryId, issue: number, accountId, userId },
    publicKeys,
  );
}

function trailComment({ id, body, created_at, updated_at }: StoredComment): TrailComment {
  return { id, body, createdAt: new Date(created_at), updatedAt: new Date(updated_at) };
}

function sceneOf(
  issue: StoredIssue,
  comments: readonly StoredComment[],
  trail: Trail | undefined,
): IssueScene {
  const { number, title, state, labels, assignees, user, created_at: createdAt, body } = issue;
  const seals = new Map(
    trail?.envelopes.map(({ commentId, token, envelope }) => [
      commentId,
      { seq: envelope.seq, shortHash: shortHashOf(token) },
    ]),
  );
  return {
    ...{ number, title, state, labels, assignees, createdAt },
    author: user.login,
    body: body ?? '',
    trail: verdictOf(trail),
    comments: comments.map(({ id, user: { login }, created_at: at, updated_at: updatedAt, body: text }) => {
      const seal = seals.get(id);
      return { id, author: login, at, isEdited: updatedAt > at, body: text, ...(seal && { seal }) };
    }),
  };
}

function verdictOf(trail: Trail | undefined): Verdict {
  if (trail?.state === 'broken') {
    return { state: 'broken', why: explainBreak(trail), atComment: trail.atCommentId };
  }
  const envelopes = trail?.envelopes.length ?? 0;
  return envelopes > 0 ? { state: 'verified', envelopes } : { state: 'none' };
}
