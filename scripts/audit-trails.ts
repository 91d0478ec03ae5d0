import type { KeyObject } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { KeyturnError } from '../shared/errors.ts';
import { readMarker } from '../shared/findings/marker.ts';
import type { IssueRecord } from '../shared/findings/ports.ts';
import { listComments } from '../shared/github/comment-list.ts';
import { translated } from '../shared/github/github-error.ts';
import { parseIssue } from '../shared/github/issue-answer.ts';
import { listKeyturnIssues } from '../shared/github/issue-list.ts';
import type { GitHubClient } from '../shared/github/octokit.ts';
import { readFileOnDefaultBranch, readRepository } from '../shared/github/repository.ts';
import { parsePolicy } from '../shared/policy/parse-policy.ts';
import { fold } from '../shared/trail/fold.ts';
import { readTrail } from '../shared/trail/read-trail.ts';
import { parsePublicKeys } from '../shared/trail/signature.ts';
import type { AuditCall } from './audit-arguments.ts';
import type { AuditedIssue } from './audit-report.ts';

const policyPath = '.github/keyturn.yml';

/** Reads and verifies what the call names. Rejects with a KeyturnError. */
export async function auditTrails(github: GitHubClient, call: AuditCall, now: Date): Promise<AuditedIssue[]> {
  const { id: repositoryId } = await readRepository(github, call.repository);
  const publicKeys = await readPublicKeys(github, call);
  const audited: AuditedIssue[] = [];
  for (const issue of await readIssues(github, call)) {
    audited.push(await auditIssue(github, call, { issue, repositoryId, publicKeys, now }));
  }
  return audited;
}

interface Audit {
  readonly issue: IssueRecord;
  readonly repositoryId: number;
  readonly publicKeys: readonly KeyObject[];
  readonly now: Date;
}

async function auditIssue(
  github: GitHubClient,
  { repository }: AuditCall,
  { issue, repositoryId, publicKeys, now }: Audit,
): Promise<AuditedIssue> {
  const { number, url, body } = issue;
  const marker = readMarker(body);
  if (!marker) return { number, url, read: undefined };
  const { accountId, userId } = marker;
  const subject = { repositoryId, issue: number, accountId, userId };
  const comments = await translated(`read the comments of issue #${number}`, () =>
    listComments(github, repository, number),
  );
  const trail = readTrail(comments, subject, publicKeys);
  return { number, url, read: { subject, trail, state: fold(trail.events, now) } };
}

function readIssues(github: GitHubClient, { repository, issue }: AuditCall): Promise<IssueRecord[]> {
  if (issue === undefined) {
    return translated('list the issues labelled keyturn', () => listKeyturnIssues(github, repository));
  }
  return translated(`read issue #${issue}`, async () => {
    const { data } = await github.rest.issues.get({ ...repository, issue_number: issue });
    return [parseIssue(data)];
  });
}

async function readPublicKeys(github: GitHubClient, { repository, policy }: AuditCall): Promise<KeyObject[]> {
  const path = policy ?? policyPath;
  const text = await (policy === undefined
    ? readFileOnDefaultBranch(github, repository, path)
    : readFile(policy, 'utf8'));
  if (text === undefined)
    throw new KeyturnError('policy-absent', `There is no ${path} on the default branch.`);
  const parsed = parsePolicy(text);
  if (parsed.ok) return parsePublicKeys(parsed.policy.trail.publicKeys);
  const problems = parsed.problems.map(
    ({ line, path: place, message }) => `line ${line}: ${place} ${message}`,
  );
  throw new KeyturnError('policy-invalid', `${path} cannot be used: ${problems.join('; ')}.`);
}
