import { z } from 'zod';
import { KeyturnError } from '../errors.ts';
import type { IssueChange, IssueLedger, IssueNow, IssueRecord, NewIssue } from '../findings/ports.ts';
import { sameText } from '../findings/same-text.ts';
import { hasLabel, keyturnLabel } from '../trail/labels.ts';
import { listComments, readComment } from './comment-list.ts';
import { createOnce, type Patience } from './create-once.ts';
import { failureOf, githubError, translated } from './github-error.ts';
import { parseIssue } from './issue-answer.ts';
import { listKeyturnIssues } from './issue-list.ts';
import type { GitHubClient } from './octokit.ts';
import type { RepositoryName } from './repository.ts';

/** GitHub's limit for one issue. */
const mostAssignees = 10;

const commentId = z.object({ id: z.number() });
const labelList = z.array(z.object({ name: z.string() }));

export interface LedgerOptions {
  readonly patience: Patience;
  /** Told what went wrong without stopping the work. */
  readonly warn: (message: string) => void;
}

/** GitHub's issues as the ledger of findings. */
export class GitHubIssueLedger implements IssueLedger {
  readonly #github: GitHubClient;
  readonly #repository: RepositoryName;
  readonly #options: LedgerOptions;
  readonly #warned = new Set<string>();

  constructor(github: GitHubClient, repository: RepositoryName, options: LedgerOptions) {
    this.#github = github;
    this.#repository = repository;
    this.#options = options;
  }

  listIssues(since?: Date): Promise<readonly IssueRecord[]> {
    return translated('list the issues labelled keyturn', () =>
      listKeyturnIssues(this.#github, this.#repository, since),
    );
  }

  async openIssue(issue: NewIssue): Promise<IssueRecord> {
    const opened = await translated('open an issue', () => this.#open(issue));
    if (!hasLabel(opened, keyturnLabel)) throw await this.#withdraw(opened.number);
    this.#warnOfMissing('label', issue.labels, opened.labels);
    this.#warnOfMissing('assignee', issue.assignees, opened.assignees);
    return opened;
  }

  readIssue(number: number): Promise<IssueNow> {
    return translated(`read issue #${number}`, async () => {
      const place = { ...this.#repository, issue_number: number };
      const issue = parseIssue((await this.#github.rest.issues.get(place)).data);
      const lastComment = await readComment(this.#github, this.#repository, number, issue.comments);
      return { issue, ...(lastComment && { lastComment: lastComment.body }) };
    });
  }

  /** Labels come last: the one of a broken trail says that all else is done. */
  changeIssue(number: number, { stateReason, addLabels = [], ...change }: IssueChange): Promise<void> {
    const place = { ...this.#repository, issue_number: number };
    return translated(`change issue #${number}`, async () => {
      if (Object.keys(change).length > 0) {
        const reason = stateReason && { state_reason: stateReason };
        await this.#github.rest.issues.update({ ...place, ...change, ...reason });
      }
      if (addLabels.length > 0) await this.#addLabels(number, addLabels);
    });
  }

  async comment(number: number, body: string): Promise<void> {
    const place = { ...this.#repository, issue_number: number };
    const create = async () =>
      commentId.parse((await this.#github.rest.issues.createComment({ ...place, body })).data);
    const find = async (since: Date) => {
      const recent = await listComments(this.#github, this.#repository, number, since);
      return recent.find((comment) => comment.createdAt >= since && sameText(comment.body, body));
    };
    await translated(`comment on issue #${number}`, () =>
      createOnce<{ readonly id: number }>({ create, find }, this.#options.patience),
    );
  }

  async #addLabels(number: number, labels: readonly string[]): Promise<void> {
    const place = { ...this.#repository, issue_number: number };
    const { data } = await this.#github.rest.issues.addLabels({ ...place, labels: [...labels] });
    const present = labelList.parse(data).map(({ name }) => name);
    this.#warnOfMissing('label', labels, present);
  }

  #open(issue: NewIssue): Promise<IssueRecord> {
    return createOnce(
      {
        create: () => this.#create(issue),
        find: async (since) => {
          const recent = await listKeyturnIssues(this.#github, this.#repository, since);
          return recent.find(
            ({ body, state }) => state === 'open' && lastLine(body) === lastLine(issue.body),
          );
        },
      },
      this.#options.patience,
    );
  }

  async #create(issue: NewIssue): Promise<IssueRecord> {
    const { title, body, labels } = issue;
    const assignees = issue.assignees.slice(0, mostAssignees);
    const create = async (people: readonly string[]) => {
      const request = { ...this.#repository, title, body, labels: [...labels], assignees: [...people] };
      return parseIssue((await this.#github.rest.issues.create(request)).data);
    };
    try {
      return await create(assignees);
    } catch (error) {
      // One assignee who has left must not keep the issue from being opened.
      const { status, response } = failureOf(error) ?? {};
      const aboutAssignees = response?.data.errors?.some(({ field }) => field === 'assignees');
      if (status !== 422 || !aboutAssignees) throw error;
      return create([]);
    }
  }

  /** Without its label the next scan would not find the issue, and open another. */
  async #withdraw(number: number): Promise<KeyturnError> {
    const issue = { ...this.#repository, issue_number: number };
    const closed = await this.#github.rest.issues
      .update({ ...issue, state: 'closed', state_reason: 'not_planned' })
      .then(
        () => 'so it was closed again',
        (error: unknown) =>
          `and it could not be closed again: ${githubError(error, `close issue #${number}`).fact}`,
      );
    return new KeyturnError(
      'github-labels-dropped',
      `GitHub opened issue #${number} without the label ${keyturnLabel}, by which Keyturn finds its issues, ${closed}.`,
    );
  }

  #warnOfMissing(kind: 'label' | 'assignee', wanted: readonly string[], given: readonly string[]): void {
    const present = new Set(given.map((name) => name.toLowerCase()));
    const missing = wanted.filter(
      (name) => !present.has(name.toLowerCase()) && !this.#warned.has(`${kind} ${name}`),
    );
    if (missing.length === 0) return;
    for (const name of missing) this.#warned.add(`${kind} ${name}`);
    const reason =
      kind === 'label'
        ? 'the token needs push access'
        : `an issue has at most ${mostAssignees}, each with access to the repository, and the token needs push access`;
    this.#options.warn(`GitHub did not set the ${kind}s ${missing.join(', ')}: ${reason}.`);
  }
}

/** Where the marker of an issue stands. */
function lastLine(body: string): string {
  return body.trimEnd().split(/\r?\n/).at(-1) ?? '';
}
