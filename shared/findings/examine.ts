import type { Evidence } from '../keys/evidence.ts';
import { countOf } from '../keys/written-moments.ts';
import type { Step } from './action.ts';
import { askLive, type LiveAnswers } from './decide.ts';
import type { IssueHold } from './hold.ts';
import { plan } from './plan.ts';
import type { Compliance, IssueRecord, Progress, UserReader } from './ports.ts';
import { rememberedUsers, usersToAskAgain } from './recalled-users.ts';
import type { FindingSettings } from './settings.ts';

/** What was read of one account before anything is decided. */
export interface Sight {
  /** Those about this account, perhaps with others. */
  readonly issues: readonly IssueRecord[];
  readonly compliance: Compliance;
  readonly evidence: ReadonlyMap<string, Evidence>;
  readonly holds: ReadonlyMap<number, IssueHold>;
}

/** An account about which AWS has been asked everything. */
export interface Examined {
  readonly sight: Sight;
  readonly steps: readonly Step[];
  readonly live: LiveAnswers;
}

/** How a scan goes about each account. */
export interface Terms {
  readonly settings: FindingSettings;
  readonly now: Date;
  readonly progress: Progress;
}

/**
 * Asks AWS all that one account's issues hang on, and nobody else: users as the markers remember them, those again of
 * whom something would be written, and live those on whom a closing or a reopening hangs.
 *
 * @throws KeyturnError when the users as a whole cannot be read.
 */
export async function examine(
  before: Omit<Sight, 'evidence'>,
  users: UserReader,
  { settings, now, progress }: Terms,
): Promise<Examined> {
  const { compliance, issues, holds } = before;
  const { rule, nonCompliantUserIds } = compliance;
  const remembered = rememberedUsers(issues, rule.accountId, holds);
  const evidence = await users.readUsers(rule, nonCompliantUserIds, remembered);
  progress.step(`Read ${countOf(evidence.size, 'user')} from IAM's data.`);
  const { sight, steps } = await planSoundly({ ...before, evidence }, users, { settings, now, progress });
  const open = steps.filter(({ kind }) => kind === 'confirm').length;
  if (open > 0) progress.step(`Asking IAM live about ${countOf(open, 'user')}.`);
  const live = await askLive(steps, users, { rule, settings, now });
  return { sight, steps, live };
}

/** Plans; once more, with users read anew, when what a marker remembered would be written down. */
async function planSoundly(
  sight: Sight,
  users: UserReader,
  { settings, now, progress }: Terms,
): Promise<Omit<Examined, 'live'>> {
  const steps = plan({ ...sight, settings, now });
  const again = usersToAskAgain(steps, sight.evidence);
  if (again.length === 0) return { sight, steps };
  progress.step(`Asking IAM again for the keys of ${countOf(again.length, 'user')}.`);
  const anew = await users.readUsers(sight.compliance.rule, again, new Map());
  const sound = { ...sight, evidence: new Map([...sight.evidence, ...anew]) };
  return { sight: sound, steps: plan({ ...sound, settings, now }) };
}
