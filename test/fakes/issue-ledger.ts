import type {
  IssueChange,
  IssueLedger,
  IssueNow,
  IssueRecord,
  NewIssue,
} from '../../shared/findings/ports.ts';
import { hasLabel } from '../../shared/trail/labels.ts';

/** GitHub's issues in memory. Its clock moves on by a second with every write. */
export class InMemoryIssueLedger implements IssueLedger {
  readonly issues = new Map<number, IssueRecord>();
  readonly comments: { readonly number: number; readonly body: string }[] = [];
  /** Every write that succeeded, in order, such as `open #1` or `change #1: state`. */
  readonly writes: string[] = [];
  /** Throw from here to make a write, or a list, fail. */
  beforeCall: (method: keyof IssueLedger, number?: number) => void = () => {};

  private clock = Date.parse('2026-11-22T12:00:00Z');

  constructor(...issues: readonly IssueRecord[]) {
    for (const issue of issues) this.issues.set(issue.number, issue);
  }

  async listIssues(since?: Date): Promise<readonly IssueRecord[]> {
    this.beforeCall('listIssues');
    return [...this.issues.values()]
      .filter((issue) => hasLabel(issue, 'keyturn') && (since === undefined || issue.updatedAt >= since))
      .toSorted((a, b) => a.number - b.number);
  }

  async openIssue(issue: NewIssue): Promise<IssueRecord> {
    this.beforeCall('openIssue');
    const number = Math.max(0, ...this.issues.keys()) + 1;
    const url = `https://github.com/octo/keys/issues/${number}`;
    this.put({ ...issue, number, url, state: 'open', comments: 0, updatedAt: new Date(0) });
    this.writes.push(`open #${number}`);
    return this.get(number);
  }

  async readIssue(number: number): Promise<IssueNow> {
    this.beforeCall('readIssue', number);
    const lastComment = this.comments.findLast((comment) => comment.number === number)?.body;
    return { issue: this.get(number), ...(lastComment !== undefined && { lastComment }) };
  }

  async changeIssue(number: number, change: IssueChange): Promise<void> {
    this.beforeCall('changeIssue', number);
    const { stateReason: _, addLabels = [], ...fields } = change;
    const issue = this.get(number);
    this.put({ ...issue, ...fields, labels: [...new Set([...issue.labels, ...addLabels])] });
    this.writes.push(`change #${number}: ${Object.keys(change).join(', ')}`);
  }

  async comment(number: number, body: string): Promise<void> {
    this.beforeCall('comment', number);
    const issue = this.get(number);
    this.put({ ...issue, comments: issue.comments + 1 });
    this.comments.push({ number, body });
    this.writes.push(`comment #${number}`);
  }

  /** What a person does on the page of the issue: no write of the scan's. */
  byHand(number: number, change: Partial<IssueRecord>): void {
    this.put({ ...this.get(number), ...change });
  }

  get(number: number): IssueRecord {
    const issue = this.issues.get(number);
    if (issue === undefined) throw new Error(`There is no issue #${number}.`);
    return issue;
  }

  private put(issue: IssueRecord): void {
    this.clock += 1000;
    this.issues.set(issue.number, { ...issue, updatedAt: new Date(this.clock) });
  }
}
