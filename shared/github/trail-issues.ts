import { KeyturnError } from '../errors.ts';
import { readMarker } from '../findings/marker.ts';
import type { IssueRecord } from '../findings/ports.ts';
import type { Finding, Hints, Issues, TrailIssue } from '../remediation/ports.ts';
import { exemptLabel, hasLabel, keyturnLabel, pendingLabel } from '../trail/labels.ts';
import { failureOf, translated } from './github-error.ts';
import { parseIssue } from './issue-answer.ts';
import { listKeyturnIssues } from './issue-list.ts';
import type { GitHubClient } from './octokit.ts';
import type { RepositoryName } from './repository.ts';

/** Milliseconds by which a list may lag behind GitHub's own times. */
const lag = 120_000;

/** GitHub's issues as the places of trails. */
export class GitHubTrailIssues implements Issues {
  readonly #github: GitHubClient;
  readonly #repository: RepositoryName;
  /** All issues as they were last seen, by number: after the first list only what changed since is read. */
  readonly #seen = new Map<number, IssueRecord>();

  constructor(github: GitHubClient, repository: RepositoryName) {
    this.#github = github;
    this.#repository = repository;
  }

  listSince(since: Date): Promise<readonly TrailIssue[]> {
    return translated('list the issues labelled keyturn', async () => {
      const issues = await listKeyturnIssues(this.#github, this.#repository, since);
      return issues.flatMap((issue) => toTrailIssue(issue) ?? []);
    });
  }

  listFor(finding: Finding): Promise<readonly TrailIssue[]> {
    return translated(`list the issues about ${finding.userId}`, async () => {
      await this.#refresh();
      const found: TrailIssue[] = [];
      for (const { number } of [...this.#seen.values()].filter((seen) =>
        isAbout(toTrailIssue(seen), finding),
      )) {
        const issue = await this.#readAgain(number);
        const trailIssue = issue && hasLabel(issue, keyturnLabel) ? toTrailIssue(issue) : undefined;
        if (trailIssue && isAbout(trailIssue, finding)) found.push(trailIssue);
      }
      return found.sort((one, other) => one.number - other.number);
    });
  }

  read(number: number): Promise<TrailIssue> {
    return translated(`read issue #${number}`, async () => {
      const issue = toTrailIssue(await this.#readHere(number));
      if (issue) return issue;
      throw new KeyturnError(
        'github-marker-missing',
        `The body of issue #${number} names no finding any more.`,
      );
    });
  }

  setHints(number: number, hints: Hints): Promise<void> {
    return translated(`label issue #${number}`, async () => {
      const issue = await this.#readHere(number);
      const place = { ...this.#repository, issue_number: number };
      const wanted = [...(hints.pending ? [pendingLabel] : []), ...(hints.exempt ? [exemptLabel] : [])];
      const missing = wanted.filter((label) => !hasLabel(issue, label));
      if (missing.length > 0) await this.#github.rest.issues.addLabels({ ...place, labels: missing });
      for (const name of [pendingLabel, exemptLabel]) {
        if (wanted.includes(name) || !hasLabel(issue, name)) continue;
        await unlessGone(() => this.#github.rest.issues.removeLabel({ ...place, name }));
      }
    });
  }

  close(number: number): Promise<void> {
    return translated(`close issue #${number}`, async () => {
      if ((await this.#readHere(number)).state === 'closed') return;
      await this.#github.rest.issues.update({
        ...this.#repository,
        issue_number: number,
        state: 'closed',
        state_reason: 'completed',
      });
    });
  }

  async #refresh(): Promise<void> {
    const latest = Math.max(...[...this.#seen.values()].map(({ updatedAt }) => updatedAt.getTime()));
    const since = this.#seen.size === 0 ? undefined : new Date(latest - lag);
    for (const issue of await listKeyturnIssues(this.#github, this.#repository, since)) {
      this.#seen.set(issue.number, issue);
    }
  }

  /** Undefined: deleted, or moved to another repository. */
  async #readAgain(number: number): Promise<IssueRecord | undefined> {
    const issue = await unlessGone(() => this.#read(number));
    if (issue?.number === number) return issue;
    this.#seen.delete(number);
    return undefined;
  }

  /** GitHub leads on to wherever an issue was transferred, where it has another number and its trail means nothing. */
  async #readHere(number: number): Promise<IssueRecord> {
    const issue = await this.#read(number);
    if (issue.number === number) return issue;
    throw new KeyturnError('github-not-found', `Issue #${number} was transferred to another repository.`);
  }

  async #read(number: number): Promise<IssueRecord> {
    return parseIssue(
      (await this.#github.rest.issues.get({ ...this.#repository, issue_number: number })).data,
    );
  }
}

async function unlessGone<Result>(request: () => Promise<Result>): Promise<Result | undefined> {
  try {
    return await request();
  } catch (error) {
    const status = failureOf(error)?.status;
    if (status === 404 || status === 410) return undefined;
    throw error;
  }
}

function isAbout(issue: TrailIssue | undefined, { accountId, userId }: Finding): boolean {
  return issue?.finding.accountId === accountId && issue.finding.userId === userId;
}

/** Undefined: its body has no marker. */
function toTrailIssue({ number, url, body, state, labels, comments }: IssueRecord): TrailIssue | undefined {
  const marker = readMarker(body);
  if (!marker) return undefined;
  const finding = { accountId: marker.accountId, userId: marker.userId };
  const { userName, keys = [] } = marker.remembered ?? {};
  const [oldestKeyAt] = keys.map(({ createdAt }) => new Date(createdAt)).sort((one, other) => +one - +other);
  return { number, url, finding, userName, ...(oldestKeyAt && { oldestKeyAt }), state, labels, comments };
}
