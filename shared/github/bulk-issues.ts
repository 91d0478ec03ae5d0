import { KeyturnError } from '../errors.ts';
import { readMarker } from '../findings/marker.ts';
import type { IssueLedger, IssueRecord } from '../findings/ports.ts';
import type { BulkIssue, BulkIssues, NewBulkIssue } from '../remediation/bulk-ports.ts';
import { readBulkMarker, writeBulkMarker } from '../trail/bulk-marker.ts';
import { bulkLabel, hasLabel, keyturnLabel } from '../trail/labels.ts';
import { translated } from './github-error.ts';
import { parseIssue } from './issue-answer.ts';
import { listKeyturnIssues } from './issue-list.ts';
import type { GitHubClient } from './octokit.ts';
import type { RepositoryName } from './repository.ts';

const labels = [keyturnLabel, bulkLabel];

/** GitHub's issues as the places of bulk requests. */
export class GitHubBulkIssues implements BulkIssues {
  readonly #github: GitHubClient;
  readonly #repository: RepositoryName;
  readonly #ledger: Pick<IssueLedger, 'openIssue'>;

  constructor(github: GitHubClient, repository: RepositoryName, ledger: Pick<IssueLedger, 'openIssue'>) {
    this.#github = github;
    this.#repository = repository;
    this.#ledger = ledger;
  }

  listSince(since: Date): Promise<readonly BulkIssue[]> {
    return translated('list the issues of bulk requests', async () => {
      const issues = await listKeyturnIssues(this.#github, this.#repository, since, labels);
      return issues.filter((issue) => !isFinding(issue)).flatMap((issue) => toBulkIssue(issue) ?? []);
    });
  }

  read(number: number): Promise<BulkIssue> {
    return translated(`read issue #${number}`, async () => {
      const record = await this.#read(number);
      // An issue that no list shows counts under no limit, so that it must not be gone on with either.
      if (!labels.every((label) => hasLabel(record, label))) {
        throw noBulkIssue(number, `it lacks a label (${labels.join(', ')})`);
      }
      if (isFinding(record)) throw noBulkIssue(number, 'its body names a finding');
      if (record.isLocked) {
        throw new KeyturnError(
          'bulk-locked',
          `Issue #${number} is locked, so that no Stop could be recorded.`,
        );
      }
      return markedIn(record);
    });
  }

  readMarked(number: number): Promise<BulkIssue> {
    return translated(`read issue #${number}`, async () => markedIn(await this.#read(number)));
  }

  /** Two processes may open one each at the same moment: then the lower number stays. */
  async open({ accountId, requestId, title, text }: NewBulkIssue): Promise<BulkIssue> {
    const before = await this.#find(requestId);
    if (before) return before;
    const body = `${text}\n\n${writeBulkMarker({ accountId, requestId })}`;
    const { number } = await this.#ledger.openIssue({ title, body, labels, assignees: [] });
    const first = await this.#find(requestId);
    if (!first || first.number >= number) return this.read(number);
    await this.close(number, 'not_planned');
    return first;
  }

  close(number: number, reason: 'completed' | 'not_planned'): Promise<void> {
    return translated(`close issue #${number}`, async () => {
      if ((await this.#read(number)).state === 'closed') return;
      const place = { ...this.#repository, issue_number: number };
      await this.#github.rest.issues.update({ ...place, state: 'closed', state_reason: reason });
    });
  }

  async #find(requestId: string): Promise<BulkIssue | undefined> {
    const issues = await this.listSince(new Date(0));
    return issues.find((issue) => issue.requestId === requestId);
  }

  /** GitHub leads on to wherever an issue was transferred, where its trail means nothing. */
  async #read(number: number): Promise<IssueRecord> {
    const place = { ...this.#repository, issue_number: number };
    const issue = parseIssue((await this.#github.rest.issues.get(place)).data);
    if (issue.number === number) return issue;
    throw new KeyturnError('github-not-found', `Issue #${number} was transferred to another repository.`);
  }
}

function markedIn(record: IssueRecord): BulkIssue {
  const issue = toBulkIssue(record);
  if (!issue) throw noBulkIssue(record.number, 'its body names none');
  return issue;
}

function noBulkIssue(number: number, why: string): KeyturnError {
  return new KeyturnError('github-marker-missing', `Issue #${number} is no bulk request's: ${why}.`);
}

/** A finding's issue that was given a bulk request's line stays what it was. */
function isFinding({ body }: IssueRecord): boolean {
  return readMarker(body) !== undefined;
}

/** Undefined: its body is none of a bulk request. */
function toBulkIssue({ number, url, body, state, updatedAt }: IssueRecord): BulkIssue | undefined {
  const marker = readBulkMarker(body);
  return marker && { number, url, state, updatedAt, ...marker };
}
