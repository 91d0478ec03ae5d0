import { KeyturnError } from '../../../shared/errors.ts';
import type { BulkIssue, BulkIssues } from '../../../shared/remediation/bulk-ports.ts';
import type {
  Clock,
  Comments,
  Finding,
  Hints,
  Issues,
  TrailIssue,
} from '../../../shared/remediation/ports.ts';
import type { TrailComment } from '../../../shared/trail/comment.ts';

interface FakeBulk {
  issue: BulkIssue;
  readonly title: string;
  readonly text: string;
  comments: TrailComment[];
}

interface FakeIssue {
  issue: TrailIssue;
  comments: TrailComment[];
  updatedAt: number;
  hints: Hints;
}

/** Issues and comments. Comments of all issues share one sequence of ids, as on GitHub. */
export class FakeGithub implements Issues, Comments {
  readonly all = new Map<number, FakeIssue>();
  /** How many reads do not show the newest comment yet. */
  lag = 0;
  /** Called before a comment is written: somebody else may be faster. */
  beforeAppend: () => void = () => undefined;
  /** A comment that is accepted and shown nowhere. */
  swallows = false;
  #nextComment = 1_000;
  clock: Pick<Clock, 'now'>;

  constructor(clock: Clock) {
    this.clock = clock;
  }

  open(finding: Finding, changes: Partial<TrailIssue> = {}): TrailIssue {
    const number = changes.number ?? this.all.size + 1;
    const issue: TrailIssue = {
      number,
      url: `https://github.example/acme/keys/issues/${number}`,
      finding,
      userName: 'ada',
      state: 'open',
      labels: ['keyturn'],
      comments: 0,
      ...changes,
    };
    this.all.set(number, {
      issue,
      comments: [],
      updatedAt: this.#time(),
      hints: { pending: false, exempt: false },
    });
    return issue;
  }

  get(number: number): FakeIssue {
    const found = this.all.get(number);
    if (!found) throw new Error(`no issue #${number}`);
    return found;
  }

  change(number: number, changes: Partial<TrailIssue>): void {
    const found = this.get(number);
    found.issue = { ...found.issue, ...changes };
    found.updatedAt = this.#time();
  }

  async listSince(since: Date): Promise<readonly TrailIssue[]> {
    return [...this.all.values()]
      .filter(({ updatedAt }) => updatedAt >= since.getTime())
      .map(({ issue }) => issue);
  }

  async listFor({ accountId, userId }: Finding): Promise<readonly TrailIssue[]> {
    return [...this.all.values()]
      .map(({ issue }) => issue)
      .filter(({ finding }) => finding.accountId === accountId && finding.userId === userId);
  }

  async read(number: number): Promise<TrailIssue> {
    return this.get(number).issue;
  }

  async setHints(number: number, hints: Hints): Promise<void> {
    this.get(number).hints = hints;
  }

  async close(number: number): Promise<void> {
    this.change(number, { state: 'closed' });
  }

  /** Issues of bulk requests, numbered among the others. */
  readonly bulks = new Map<number, FakeBulk>();
  /** Those that somebody took a label from. */
  readonly unlabelled = new Set<number>();
  /** Issues of bulk requests that take no comment. */
  readonly locked = new Set<number>();
  readonly bulkIssues: BulkIssues = {
    listSince: async (since) =>
      [...this.bulks.values()]
        .map(({ issue }) => issue)
        .filter(({ updatedAt, number }) => updatedAt >= since && !this.unlabelled.has(number)),
    read: async (number) => {
      const { issue } = this.getBulk(number);
      if (this.unlabelled.has(number))
        throw new KeyturnError('github-marker-missing', `#${number} lacks a label.`);
      if (this.locked.has(number)) throw new KeyturnError('bulk-locked', `Issue #${number} is locked.`);
      return issue;
    },
    readMarked: async (number) => this.getBulk(number).issue,
    open: async ({ accountId, requestId, title, text }) => {
      const before = [...this.bulks.values()].find(({ issue }) => issue.requestId === requestId);
      if (before) return before.issue;
      const number = 1_000 + this.bulks.size;
      const url = `https://github.example/acme/keys/issues/${number}`;
      const issue: BulkIssue = {
        number,
        url,
        accountId,
        requestId,
        state: 'open',
        updatedAt: this.clock.now(),
      };
      this.bulks.set(number, { issue, title, text, comments: [] });
      return issue;
    },
    close: async (number) => {
      const bulk = this.getBulk(number);
      if (bulk.issue.state === 'open')
        bulk.issue = { ...bulk.issue, state: 'closed', updatedAt: this.clock.now() };
    },
  };

  getBulk(number: number): FakeBulk {
    const found = this.bulks.get(number);
    if (!found) throw new KeyturnError('github-marker-missing', `no bulk issue #${number}`);
    return found;
  }

  async list(issue: number): Promise<readonly TrailComment[]> {
    const page = this.bulks.get(issue) ?? this.all.get(issue);
    if (!page) throw new KeyturnError('github-not-found', `There is no issue #${issue}.`);
    const { comments } = page;
    if (this.lag === 0) return [...comments];
    this.lag -= 1;
    return comments.slice(0, -1);
  }

  async append(issue: number, body: string): Promise<void> {
    this.beforeAppend();
    if (this.swallows) return;
    if (this.locked.has(issue)) throw new KeyturnError('github-refused', `Issue #${issue} is locked.`);
    this.#nextComment += 1;
    const comment = { id: this.#nextComment, body, createdAt: this.clock.now() };
    const bulk = this.bulks.get(issue);
    if (bulk) {
      bulk.comments.push(comment);
      bulk.issue = { ...bulk.issue, updatedAt: this.clock.now() };
      return;
    }
    const found = this.get(issue);
    found.comments.push(comment);
    this.change(issue, { comments: found.comments.length });
  }

  #time(): number {
    return this.clock.now().getTime();
  }
}
