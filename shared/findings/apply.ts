import { KeyturnError, messageOf } from '../errors.ts';
import type { Action } from './action.ts';
import { carryOut, type Doing } from './carry-out.ts';
import { dryRunNumber } from './dry-run.ts';
import type { Finding } from './finding.ts';
import { plainName } from './markdown.ts';
import type { IssueLedger, IssueRecord, Progress } from './ports.ts';
import type { IssueLink, ReportedAction } from './report.ts';

/** What became of the actions. */
export interface Applied {
  readonly actions: readonly ReportedAction[];
  readonly failures: readonly string[];
  /** As GitHub answered; empty in a dry run. */
  readonly opened: readonly IssueRecord[];
  /** Findings whose issue was not even tried to open, because the one before met what all would meet. */
  readonly deferred: readonly Finding[];
}

/** What goes no further after a failure that the next attempt would only repeat. */
type Halt = 'openings' | 'writes';

/**
 * Carries the actions out one by one. One that fails is reported and does not keep back the others, except that a rate
 * limit ends all writing (each further attempt would wait as long), and an issue without its label all openings.
 */
export async function apply(
  actions: readonly Action[],
  ledger: IssueLedger,
  progress: Progress,
): Promise<Applied> {
  const done: ReportedAction[] = [];
  const failures: string[] = [];
  const opened: IssueRecord[] = [];
  const deferred: Finding[] = [];
  let halt: Halt | undefined;
  for (const action of actions.filter((one) => one.kind !== 'nothing')) {
    if (halt && action.kind === 'open') {
      deferred.push(action.finding);
      continue;
    }
    if (halt === 'writes') {
      failures.push(`${describe(action)} is left for the next run: a rate limit is used up.`);
      continue;
    }
    try {
      const issue = await carryOut(action, ledger);
      progress.step(outcome(action, issue));
      if (issue === undefined) continue;
      if (action.kind === 'open' && isReal(issue)) opened.push(issue);
      done.push(reported(action, issue));
    } catch (error) {
      halt = haltAfter(error) ?? halt;
      failures.push(`${describe(action)} failed: ${messageOf(error)}`);
      progress.step(`${describe(action)} failed.`);
    }
  }
  return { actions: done, failures, opened, deferred };
}

function haltAfter(error: unknown): Halt | undefined {
  if (!(error instanceof KeyturnError)) return undefined;
  if (error.code === 'github-rate-limit') return 'writes';
  return error.code === 'github-labels-dropped' ? 'openings' : undefined;
}

function isReal({ number }: IssueRecord): boolean {
  return number !== dryRunNumber;
}

function reported(action: Doing, issue: IssueRecord): ReportedAction {
  return {
    kind: action.kind,
    subject: action.subject,
    ...(isReal(issue) && { issue: linkTo(issue) }),
    ...(action.kind === 'duplicate' && { kept: linkTo(action.kept) }),
  };
}

function outcome(action: Doing, issue: IssueRecord | undefined): string {
  if (issue === undefined) return `${describe(action)}: it has changed meanwhile, left for the next run.`;
  const isNew = action.kind === 'open' && isReal(issue);
  return `${describe(action)}${isNew ? `: #${issue.number}` : ''}`;
}

function describe(action: Doing): string {
  switch (action.kind) {
    case 'open':
      return `Open an issue for ${plainName(action.finding.user.userName)} in account ${action.subject.accountId}`;
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
