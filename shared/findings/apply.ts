import type { Action } from './action.ts';
import { dryRunNumber } from './dry-run.ts';
import { plainName } from './markdown.ts';
import type { IssueLedger, IssueRecord, Progress } from './ports.ts';
import type { IssueLink, ReportedAction } from './report.ts';

/** What became of the actions. */
export interface Applied {
  readonly actions: readonly ReportedAction[];
  readonly failures: readonly string[];
  /** As GitHub answered; empty in a dry run. */
  readonly opened: readonly IssueRecord[];
}

type Doing = Exclude<Action, { readonly kind: 'nothing' }>;

/** Carries the actions out one by one. One that fails is reported and does not keep back the others. */
export async function apply(
  actions: readonly Action[],
  ledger: IssueLedger,
  progress: Progress,
): Promise<Applied> {
  const done: ReportedAction[] = [];
  const failures: string[] = [];
  const opened: IssueRecord[] = [];
  for (const action of actions) {
    if (action.kind === 'nothing') continue;
    try {
      const issue = await carryOut(action, ledger);
      const isReal = issue.number !== dryRunNumber;
      if (action.kind === 'open' && isReal) opened.push(issue);
      done.push({
        kind: action.kind,
        subject: action.subject,
        ...(isReal && { issue: linkTo(issue) }),
        ...(action.kind === 'duplicate' && { kept: linkTo(action.kept) }),
      });
      progress.step(`${describe(action)}${action.kind === 'open' && isReal ? `: #${issue.number}` : ''}`);
    } catch (error) {
      failures.push(`${describe(action)} failed: ${messageOf(error)}`);
      progress.step(`${describe(action)} failed.`);
    }
  }
  return { actions: done, failures, opened };
}

async function carryOut(action: Doing, ledger: IssueLedger): Promise<IssueRecord> {
  if (action.kind === 'open') return ledger.openIssue(action.issue);
  const { number } = action.issue;
  if (action.comment !== undefined) await ledger.comment(number, action.comment);
  await ledger.changeIssue(number, action.change);
  return action.issue;
}

function describe(action: Doing): string {
  switch (action.kind) {
    case 'open':
      return `Open an issue for ${plainName(action.finding.user.userName)}`;
    case 'duplicate':
      return `Close #${action.issue.number} as a duplicate`;
    case 'broken':
      return `Close #${action.issue.number}, whose trail is broken`;
    default:
      return `${action.kind.charAt(0).toUpperCase()}${action.kind.slice(1)} #${action.issue.number}`;
  }
}

export function linkTo({ number, url }: IssueRecord): IssueLink {
  return { number, url };
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
