import type { Evidence, RememberedUser } from '../keys/evidence.ts';
import { countOf } from '../keys/written-moments.ts';
import { type Applied, apply, messageOf } from './apply.ts';
import { type Decisions, decide } from './decide.ts';
import { hasHint, type IssueHold } from './hold.ts';
import { findOwnDuplicates } from './own-duplicates.ts';
import { plan } from './plan.ts';
import type {
  Compliance,
  ComplianceSource,
  HoldReader,
  IssueLedger,
  IssueRecord,
  Progress,
  UserReader,
} from './ports.ts';
import type { ScanReport } from './report.ts';
import { reportOn } from './report-on.ts';
import type { FindingSettings } from './settings.ts';
import { trackIssues } from './tracked-issues.ts';

export interface ScanPorts {
  readonly compliance: ComplianceSource;
  readonly users: UserReader;
  readonly issues: IssueLedger;
  /** Absent: nobody can read trails, so a hint that a request is pending is believed. */
  readonly holds?: HoldReader;
  readonly progress: Progress;
}

/** What was read before anything was decided. */
export interface Sight {
  readonly issues: readonly IssueRecord[];
  readonly compliance: Compliance;
  readonly evidence: ReadonlyMap<string, Evidence>;
  readonly holds: ReadonlyMap<number, IssueHold>;
}

/**
 * One scan: reads the Config rule, the users and the issues, decides, and writes to the issues.
 *
 * When some users could not be read it closes nothing, opens what it knows and reports the rest; when a write
 * fails the others go on. Rejects with the port's KeyturnError when the issues, the rule or the users as a whole
 * cannot be read: then nothing was written.
 */
export async function scan(ports: ScanPorts, settings: FindingSettings, now: Date): Promise<ScanReport> {
  const sight = await look(ports, settings);
  const { rule } = sight.compliance;
  const planned = plan({ ...sight, settings, now });
  const open = planned.steps.filter(({ kind }) => kind === 'confirm').length;
  if (open > 0) ports.progress.step(`Asking IAM live about ${countOf(open, 'user')}.`);
  const decisions = await decide(planned, sight, ports.users, { rule, settings, now });
  const applied = await apply(decisions.actions, ports.issues, ports.progress);
  const afterwards = await closeOwnDuplicates(applied, decisions, sight, ports, settings);
  return reportOn(sight, decisions, [applied, afterwards], settings, now);
}

async function look(
  { issues, compliance, users, holds, progress }: ScanPorts,
  settings: FindingSettings,
): Promise<Sight> {
  const listed = await issues.listIssues();
  progress.step(`Read ${countOf(listed.length, 'issue')} with the label keyturn.`);
  const verdicts = await compliance.readCompliance();
  const { rule, nonCompliantUserIds } = verdicts;
  progress.step(
    `AWS Config calls ${countOf(nonCompliantUserIds.length, 'user')} NON_COMPLIANT, with keys older than ${countOf(rule.maxAccessKeyAge, 'day')}.`,
  );
  const remembered = rememberedUsers(listed, rule.accountId, settings);
  const evidence = await users.readUsers(rule, nonCompliantUserIds, remembered);
  progress.step(`Read ${countOf(evidence.size, 'user')} from IAM's data.`);
  const hinted = listed.filter(hasHint);
  const found = holds && hinted.length > 0 ? await holds.readHolds(hinted) : new Map<number, IssueHold>();
  return { issues: listed, compliance: verdicts, evidence, holds: found };
}

function rememberedUsers(
  issues: readonly IssueRecord[],
  accountId: string,
  { isSealed }: FindingSettings,
): ReadonlyMap<string, RememberedUser> {
  const entries = [...trackIssues(issues, accountId, isSealed)].flatMap(([userId, { kept }]) =>
    kept?.marker.remembered ? [[userId, kept.marker.remembered] as const] : [],
  );
  return new Map(entries);
}

/** A scan that ran at the same time may have opened issues for the same users: then those of this scan go. */
async function closeOwnDuplicates(
  { opened }: Applied,
  { wholeSight }: Decisions,
  { issues: before, compliance }: Sight,
  { issues: ledger, progress }: ScanPorts,
  { isSealed }: FindingSettings,
): Promise<Applied> {
  if (opened.length === 0 || !wholeSight) return nothingApplied;
  try {
    const { accountId } = compliance.rule;
    const duplicates = await findOwnDuplicates(opened, before, ledger, accountId, isSealed);
    return await apply(duplicates, ledger, progress);
  } catch (error) {
    const failure = `Looking for issues that another scan opened failed: ${messageOf(error)}`;
    return { ...nothingApplied, failures: [failure] };
  }
}

const nothingApplied: Applied = { actions: [], failures: [], opened: [] };
