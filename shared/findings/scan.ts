import { messageOf } from '../errors.ts';
import type { Evidence } from '../keys/evidence.ts';
import { countOf } from '../keys/written-moments.ts';
import { type Applied, apply } from './apply.ts';
import { askLive, type Decisions, decide } from './decide.ts';
import type { IssueHold } from './hold.ts';
import { findOwnDuplicates } from './own-duplicates.ts';
import { plan, type ScanPlan } from './plan.ts';
import type {
  Compliance,
  ComplianceSource,
  HoldReader,
  IssueLedger,
  IssueRecord,
  Progress,
  UserReader,
} from './ports.ts';
import { confirmedBy, rememberedUsers, usersToAskAgain } from './recalled-users.ts';
import type { ScanReport } from './report.ts';
import { reportOn } from './report-on.ts';
import type { FindingSettings } from './settings.ts';
import { hintedIssues, issuesToReopen } from './trails-to-read.ts';

export interface ScanPorts {
  readonly compliance: ComplianceSource;
  readonly users: UserReader;
  readonly issues: IssueLedger;
  /** Absent: trails cannot be verified, so a hint that a request is pending is believed. */
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
 * fails the others go on. Rejects with the port's KeyturnError when the issues, their trails, the rule or the users
 * as a whole cannot be read: then nothing was written.
 */
export async function scan(ports: ScanPorts, settings: FindingSettings, now: Date): Promise<ScanReport> {
  const first = await look(ports, now);
  const { sight, decisions } = await think(first, ports, settings, now);
  const applied = await apply(decisions.actions, ports.issues, ports.progress);
  const afterwards = await closeOwnDuplicates(applied, decisions, sight, ports);
  return reportOn(sight, decisions, [applied, afterwards], now);
}

/** Plans and decides; once more when the trail of an issue that would be reopened may have a say in it. */
async function think(
  first: Sight,
  ports: ScanPorts,
  settings: FindingSettings,
  now: Date,
): Promise<{ readonly sight: Sight; readonly decisions: Decisions }> {
  const context = { rule: first.compliance.rule, settings, now };
  const { sight, planned } = await planSoundly(first, ports, settings, now);
  const open = planned.steps.filter(({ kind }) => kind === 'confirm').length;
  if (open > 0) ports.progress.step(`Asking IAM live about ${countOf(open, 'user')}.`);
  const live = await askLive(planned, ports.users, context);
  const decisions = decide(planned, sight, live, context);
  const more = await readTrails(ports, issuesToReopen(decisions.actions, sight.holds), now);
  if (more.size === 0) return { sight, decisions };
  const evidence = new Map(
    [...sight.evidence].map(([userId, known]) => [userId, confirmedBy(live.get(userId), known)] as const),
  );
  const whole = { ...sight, evidence, holds: new Map([...sight.holds, ...more]) };
  return { sight: whole, decisions: decide(plan({ ...whole, settings, now }), whole, live, context) };
}

/** Plans; once more, with users read anew, when what a marker remembered would be written down. */
async function planSoundly(
  sight: Sight,
  { users, progress }: ScanPorts,
  settings: FindingSettings,
  now: Date,
): Promise<{ readonly sight: Sight; readonly planned: ScanPlan }> {
  const planned = plan({ ...sight, settings, now });
  const again = usersToAskAgain(planned.steps, sight.evidence);
  if (again.length === 0) return { sight, planned };
  progress.step(`Asking IAM again for the keys of ${countOf(again.length, 'user')}.`);
  const anew = await users.readUsers(sight.compliance.rule, again, new Map());
  const sound = { ...sight, evidence: new Map([...sight.evidence, ...anew]) };
  return { sight: sound, planned: plan({ ...sound, settings, now }) };
}

async function look(ports: ScanPorts, now: Date): Promise<Sight> {
  const { issues, compliance, users, progress } = ports;
  const listed = await issues.listIssues();
  progress.step(`Read ${countOf(listed.length, 'issue')} with the label keyturn.`);
  const verdicts = await compliance.readCompliance();
  const { rule, nonCompliantUserIds } = verdicts;
  progress.step(
    `AWS Config calls ${countOf(nonCompliantUserIds.length, 'user')} NON_COMPLIANT, with keys older than ${countOf(rule.maxAccessKeyAge, 'day')}.`,
  );
  const holds = await readTrails(ports, hintedIssues(listed, rule.accountId), now);
  const remembered = rememberedUsers(listed, rule.accountId, holds);
  const evidence = await users.readUsers(rule, nonCompliantUserIds, remembered);
  progress.step(`Read ${countOf(evidence.size, 'user')} from IAM's data.`);
  return { issues: listed, compliance: verdicts, evidence, holds };
}

async function readTrails(
  { holds, progress }: ScanPorts,
  issues: readonly IssueRecord[],
  now: Date,
): Promise<ReadonlyMap<number, IssueHold>> {
  if (holds === undefined || issues.length === 0) return new Map();
  progress.step(`Reading ${countOf(issues.length, 'trail')}.`);
  return holds.readHolds(issues, now);
}

/** A scan that ran at the same time may have opened issues for the same users: then those of this scan go. */
async function closeOwnDuplicates(
  { opened }: Applied,
  { wholeSight }: Decisions,
  { issues: before, compliance, holds }: Sight,
  { issues: ledger, progress }: ScanPorts,
): Promise<Applied> {
  if (opened.length === 0 || !wholeSight) return nothingApplied;
  try {
    const { accountId } = compliance.rule;
    const duplicates = await findOwnDuplicates(opened, before, ledger, accountId, holds);
    return await apply(duplicates, ledger, progress);
  } catch (error) {
    const failure = `Looking for issues that another scan opened failed: ${messageOf(error)}`;
    return { ...nothingApplied, failures: [failure] };
  }
}

const nothingApplied: Applied = { actions: [], failures: [], opened: [], deferred: [] };
