import { countOf } from '../../shared/keys/written-moments.ts';
import { type Mrkdwn, md, moment, plain } from '../../shared/slack/mrkdwn.ts';
import type { Plan } from '../../shared/trail/plan.ts';
import { type Evidence, isFinding, phraseKey, phrasePassword, withFacts } from './evidence.ts';

type PlanOf<Kind extends Plan['kind']> = Extract<Plan, { kind: Kind }>;
type Key = PlanOf<'strict'>['keys'][number];

export const modeNames: Readonly<Record<Plan['kind'], string>> = {
  runbook: 'Runbook',
  strict: 'Strict',
  undo: 'Undo',
  exempt: 'Exemption',
};

/**
 * A plan as a line for each key and for the password. What happens is the plan's own word; evidence only adds ages and
 * last uses.
 */
export function whatWillHappen(plan: Plan, evidence: Evidence | undefined): Mrkdwn[] {
  switch (plan.kind) {
    case 'runbook':
      return [
        ...nothingLine(plan),
        password(plan, evidence),
        ...plan.keys.map((key) => runbookLine(plan, key, evidence)),
      ];
    case 'strict':
      return [
        ...plan.keys.map((key) => strictLine(plan, key, evidence)),
        md`• The console password is not touched.`,
      ];
    case 'undo':
      return [
        ...plan.keys.map((key) =>
          plan.reactivates.includes(key.id)
            ? line('↩️', key.id, md`will be *reactivated*`, evidence)
            : staysLine(key, evidence),
        ),
        md`• A console password that was deleted stays deleted.`,
      ];
    case 'exempt':
      return [
        ...plan.keyIds.map((id) => line('⏸️', id, md`will be left alone`, evidence)),
        md`• The exemption ends ${moment(new Date(plan.until))}. No key is changed.`,
      ];
  }
}

/** The plan in a few words, for notifications: "deactivates 1 key, DELETES the console password". */
export function summarizePlan(plan: Plan): Mrkdwn {
  switch (plan.kind) {
    case 'runbook': {
      const keys = `deactivates ${countOf(plan.deactivates.length, 'key')}`;
      return plain(plan.deletesLoginProfile ? `${keys}, DELETES the console password` : keys);
    }
    case 'strict':
      return plain(`deactivates ${countOf(plan.deactivates.length, 'key')}`);
    case 'undo':
      return plain(`reactivates ${countOf(plan.reactivates.length, 'key')}`);
    case 'exempt':
      return md`leaves ${plain(countOf(plan.keyIds.length, 'key'))} alone until ${moment(new Date(plan.until))}`;
  }
}

function nothingLine({ updates, deletesLoginProfile, keys }: PlanOf<'runbook'>): Mrkdwn[] {
  const changes = keys.some(({ id, status }) => status !== 'Inactive' && updates.includes(id));
  return changes || deletesLoginProfile ? [] : [md`⚠️ *The runbook will change nothing*, and say Success.`];
}

function runbookLine(plan: PlanOf<'runbook'>, key: Key, evidence: Evidence | undefined): Mrkdwn {
  const { updates, ages } = plan;
  const days = plain(countOf(ages.maxCredentialUsageAge, 'day'));
  if (updates.includes(key.id)) {
    if (key.status !== 'Active') {
      const again = md`stays ${plain(key.status)}; the runbook sets it Inactive once more`;
      return line('•', key.id, again, evidence);
    }
    return line('⛔', key.id, md`will be *deactivated*, idle for ${days} or more`, evidence);
  }
  if (key.status !== 'Active') return staysLine(key, evidence);
  const idle = md`the runbook takes only keys that are idle for ${days} or more`;
  const stays = line('⚠️', key.id, md`*stays Active*: ${idle}`, evidence);
  if (!isFinding(evidence, key.id, ages.maxAccessKeyAge)) return stays;
  return md`${stays}. It is over age, so *the finding remains*; strict would deactivate it`;
}

function strictLine(
  { deactivates, ages }: PlanOf<'strict'>,
  key: Key,
  evidence: Evidence | undefined,
): Mrkdwn {
  const days = plain(countOf(ages.maxAccessKeyAge, 'day'));
  if (deactivates.includes(key.id)) {
    return line('⛔', key.id, md`will be *deactivated*, used or not: older than ${days}`, evidence);
  }
  if (key.status !== 'Active') return staysLine(key, evidence);
  return line('•', key.id, md`stays Active: not older than ${days}`, evidence);
}

function staysLine({ id, status }: Key, evidence: Evidence | undefined): Mrkdwn {
  return line('•', id, md`stays ${plain(status)}`, evidence);
}

function line(
  sign: '⛔' | '⚠️' | '↩️' | '⏸️' | '•',
  keyId: string,
  effect: Mrkdwn,
  evidence: Evidence | undefined,
): Mrkdwn {
  return withFacts(md`${plain(sign)} ${keyId} ${effect}`, phraseKey(evidence, keyId));
}

function password(plan: PlanOf<'runbook'>, evidence: Evidence | undefined): Mrkdwn {
  const facts = phrasePassword(evidence);
  if (plan.deletesLoginProfile) {
    return withFacts(md`⛔ *The console password will be deleted.* Nobody can bring it back`, facts);
  }
  if (plan.loginProfileCreatedAt === undefined) return md`• There is no console password.`;
  return withFacts(md`• The console password is kept`, facts);
}

/** For the runbook: which version of the document runs, and where. */
export function describeRun(plan: Plan): Mrkdwn | undefined {
  if (plan.kind !== 'runbook') return undefined;
  const { document, region } = plan;
  return md`${document.name} version ${document.version} in ${region}`;
}
