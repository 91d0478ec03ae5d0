import { messageOf } from '../errors.ts';
import { type Applied, apply } from './apply.ts';
import { type Decisions, decide } from './decide.ts';
import type { Examined, Sight, Terms } from './examine.ts';
import type { Finding } from './finding.ts';
import { type FirstLook, readTrails } from './first-look.ts';
import { limitOpenings } from './limit-openings.ts';
import { readMarker } from './marker.ts';
import { findOwnDuplicates } from './own-duplicates.ts';
import { plan } from './plan.ts';
import type { HoldReader, IssueLedger } from './ports.ts';
import { confirmedBy } from './recalled-users.ts';
import { issuesToReopen } from './trails-to-read.ts';

/** What was seen of one account, and what follows from it. */
export interface Judged {
  readonly sight: Sight;
  readonly decisions: Decisions;
}

export interface Conclusion {
  readonly accounts: readonly Judged[];
  /** One after the other. */
  readonly applied: readonly Applied[];
  /** Findings beyond `maxNewIssues`, oldest key first. */
  readonly deferred: readonly Finding[];
}

export interface ConclusionPorts {
  readonly issues: IssueLedger;
  readonly holds?: HoldReader;
}

/** Decides about all accounts, and writes to their issues in one go, under one limit of new issues. */
export async function conclude(
  examined: readonly Examined[],
  first: FirstLook,
  { issues: ledger, holds }: ConclusionPorts,
  terms: Terms,
): Promise<Conclusion> {
  const { accounts, more } = await judgeAll(examined, holds, terms);
  const all = accounts.flatMap(({ decisions }) => decisions.actions);
  const { actions, deferred } = limitOpenings(all, terms.settings.maxNewIssues);
  const applied = await apply(actions, ledger, terms.progress);
  const known = { ...first, holds: new Map([...first.holds, ...more]) };
  const afterwards = await closeOwnDuplicates(applied, accounts, known, ledger, terms);
  return { accounts, applied: [applied, afterwards], deferred };
}

/** Decides; once more about accounts where the trail of an issue that would be reopened may have a say in it. */
async function judgeAll(
  examined: readonly Examined[],
  holds: HoldReader | undefined,
  terms: Terms,
): Promise<{ readonly accounts: readonly Judged[]; readonly more: FirstLook['holds'] }> {
  const judged = examined.map((one) => {
    const account = judgeAccount(one, terms);
    return { one, account, reopened: issuesToReopen(account.decisions.actions, one.sight.holds) };
  });
  const more = await readTrails(
    holds,
    judged.flatMap(({ reopened }) => reopened),
    terms,
  );
  const accounts = judged.map(({ one, account, reopened }) => {
    const isConcerned = reopened.some(({ number }) => more.has(number));
    return isConcerned ? judgeAccount(knowing(one, more, terms), terms) : account;
  });
  return { accounts, more };
}

function judgeAccount({ sight, steps, live }: Examined, { settings, now }: Terms): Judged {
  const context = { rule: sight.compliance.rule, settings, now };
  return { sight, decisions: decide(steps, sight, live, context) };
}

/** The account again, with more trails read; what IAM said live meanwhile counts. */
function knowing(
  { sight, live }: Examined,
  more: FirstLook['holds'],
  { settings, now }: Pick<Terms, 'settings' | 'now'>,
): Examined {
  const evidence = new Map(
    [...sight.evidence].map(([userId, known]) => [userId, confirmedBy(live.get(userId), known)] as const),
  );
  const whole = { ...sight, evidence, holds: new Map([...sight.holds, ...more]) };
  return { sight: whole, steps: plan({ ...whole, settings, now }), live };
}

/** A scan that ran at the same time may have opened issues for the same users: then those of this scan go. */
async function closeOwnDuplicates(
  { opened }: Applied,
  accounts: readonly Judged[],
  { listed, holds }: FirstLook,
  ledger: IssueLedger,
  { progress }: Pick<Terms, 'progress'>,
): Promise<Applied> {
  const seenWhole = new Set(
    accounts
      .filter(({ decisions }) => decisions.wholeSight)
      .map(({ sight }) => sight.compliance.rule.accountId),
  );
  const own = opened.filter(({ body }) => seenWhole.has(readMarker(body)?.accountId ?? ''));
  if (own.length === 0) return nothingApplied;
  try {
    return await apply(await findOwnDuplicates(own, listed, ledger, holds), ledger, progress);
  } catch (error) {
    const failure = `Looking for issues that another scan opened failed: ${messageOf(error)}`;
    return { ...nothingApplied, failures: [failure] };
  }
}

const nothingApplied: Applied = { actions: [], failures: [], opened: [], deferred: [] };
