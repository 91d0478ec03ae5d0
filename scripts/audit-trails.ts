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
import { referenceFault } from '../shared/remediation/bulk-reference.ts';
import { readBulkMarker } from '../shared/trail/bulk-marker.ts';
import { fold } from '../shared/trail/fold.ts';
import { foldBulk } from '../shared/trail/fold-bulk.ts';
import { readTrail } from '../shared/trail/read-trail.ts';
import { parsePublicKeys } from '../shared/trail/signature.ts';
import type { AuditCall } from './audit-arguments.ts';
import type { AuditedIssue } from './audit-report.ts';

const policyPath = '.github/keyturn.yml';

/** Reads and verifies what the call names. Rejects with a KeyturnError. */
export async function auditTrails(github: GitHubClient, call: AuditCall, now: Date): Promise<AuditedIssue[]> {
  const { id: repositoryId } = await readRepository(github, call.repository);
  const publicKeys = await readPublicKeys(github, call);
  const terms = { repositoryId, publicKeys, now };
  const audited: AuditedIssue[] = [];
  for (const issue of await readIssues(github, call)) {
    audited.push(await auditIssue(github, call, { ...terms, issue }));
  }
  return checkReferences(github, call, terms, audited);
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
  const about = marker ?? readBulkMarker(body);
  if (!about) return { number, url, read: undefined };
  const { accountId } = about;
  const subject = { repositoryId, issue: number, accountId, ...(marker && { userId: marker.userId }) };
  const comments = await translated(`read the comments of issue #${number}`, () =>
    listComments(github, repository, number),
  );
  const trail = readTrail(comments, subject, publicKeys);
  const bulk = marker ? undefined : foldBulk(trail.events, now);
  return { number, url, read: { subject, trail, state: fold(trail.events, now), ...(bulk && { bulk }) } };
}

/** Adds what is wrong with approvals that were given in bulk: their own trail has to hold them. */
async function checkReferences(
  github: GitHubClient,
  call: AuditCall,
  terms: Omit<Audit, 'issue'>,
  audited: readonly AuditedIssue[],
): Promise<AuditedIssue[]> {
  const bulks = new Map(audited.map((one) => [one.number, one]));
  const bulkOf = async (number: number): Promise<AuditedIssue> => {
    const bulk = bulks.get(number) ?? (await auditNumber(github, call, terms, number));
    bulks.set(number, bulk);
    return bulk;
  };
  const checked: AuditedIssue[] = [];
  for (const one of audited) {
    const faults = await findFaults(one, bulkOf);
    checked.push(faults.size > 0 ? { ...one, faults } : one);
  }
  return checked;
}

async function findFaults(
  { read }: AuditedIssue,
  bulkOf: (number: number) => Promise<AuditedIssue>,
): Promise<Map<string, string>> {
  const faults = new Map<string, string>();
  for (const request of read?.state.requests.values() ?? []) {
    const reference = request.requested.data.bulk;
    if (!read || !reference) continue;
    const { read: found } = await bulkOf(reference.issue);
    const fault = found?.bulk
      ? referenceFault(request, read.subject, { ...found, bulk: found.bulk.bulk })
      : 'the issue that it names is gone, or none of a bulk request';
    if (fault !== undefined) faults.set(request.id, fault);
  }
  return faults;
}

async function auditNumber(
  github: GitHubClient,
  call: AuditCall,
  terms: Omit<Audit, 'issue'>,
  number: number,
): Promise<AuditedIssue> {
  // One that was deleted is the fault of what refers to it, and no reason to audit nothing else.
  const [issue] = await readIssues(github, { ...call, issue: number }).catch((error: unknown) => {
    if (error instanceof KeyturnError && error.code === 'github-not-found') return [];
    throw error;
  });
  // GitHub leads on to wherever an issue was transferred, where it has another number.
  return issue?.number === number
    ? auditIssue(github, call, { ...terms, issue })
    : { number, url: '', read: undefined };
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
