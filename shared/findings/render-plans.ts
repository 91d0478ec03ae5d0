import type { Ages } from '../keys/age.ts';
import type { Reason } from '../keys/explain-plan.ts';
import { explainPlan } from '../keys/explain-plan.ts';
import { phraseReason } from '../keys/phrase-reason.ts';
import { planRunbook } from '../keys/plan-runbook.ts';
import { runbookObstacle } from '../keys/runbook-obstacle.ts';
import type { AccessKey, UserSnapshot } from '../keys/user-snapshot.ts';
import { countOf, datedMoments } from '../keys/written-moments.ts';
import { limits } from './limits.ts';
import { code } from './markdown.ts';

/** What either mode would do to each key and to the console password, side by side. */
export function renderPlans(user: UserSnapshot, ages: Ages, now: Date): string {
  const { keys, password } = explainPlan({ ...user, accessKeys: user.accessKeys.map(inert) }, ages, now);
  const isRun = runbookObstacle(user)?.kind !== 'renamed';
  const byRunbook = (reason: Reason) => (isRun ? phrase(reason) : notRun);
  const rows = keys
    .slice(0, limits.keysShown)
    .map(({ key, runbook, strict }) => `| ${code(key.id)} | ${byRunbook(runbook)} | ${phrase(strict)} |`);
  return [
    `| | Runbook: idle for ${countOf(ages.maxCredentialUsageAge, 'day')} or more | Strict: older than ${countOf(ages.maxAccessKeyAge, 'day')} |`,
    '| --- | --- | --- |',
    ...rows,
    `| Console password | ${byRunbook(password.runbook)} | ${phrase(password.strict)} |`,
  ].join('\n');
}

const notRun = 'is not run: AWS Config has another name for this user';

/** What nobody may overlook before choosing a mode, as GitHub alerts. `overAge`: the Active keys over age. */
export function renderWarnings(
  user: UserSnapshot,
  overAge: readonly AccessKey[],
  ages: Ages,
  now: Date,
): string[] {
  const obstacle = runbookObstacle(user);
  if (obstacle?.kind === 'renamed') return [renamedWarning(obstacle.configName)];
  const runbook = planRunbook(user, ages.maxCredentialUsageAge, now);
  const left = runbook.fails ? [] : overAge.filter(({ id }) => !runbook.deactivates.includes(id));
  return [
    runbook.deletesLoginProfile &&
      alert(
        'WARNING',
        'The runbook would **delete the console password** of this user. That cannot be undone.',
      ),
    runbook.fails && alert('CAUTION', 'The runbook would **fail**: the table below says why.'),
    left.length > 0 &&
      alert(
        'IMPORTANT',
        `The runbook would leave ${left
          .slice(0, limits.keysShown)
          .map(({ id }) => code(id))
          .join(' and ')} Active: the finding would remain.`,
      ),
  ].filter((text) => text !== false);
}

function renamedWarning(configName: string): string {
  return alert(
    'CAUTION',
    `AWS Config records this user as ${code(configName)}: the runbook would act on whoever has that name now, so Keyturn does not run it.`,
  );
}

/** A box on GitHub, a quotation elsewhere. */
export function alert(kind: 'CAUTION' | 'IMPORTANT' | 'NOTE' | 'WARNING', text: string): string {
  return `> [!${kind}]\n> ${text}`;
}

/** The phrases quote a key's last service and region; here these are written as inert markdown. */
function inert(key: AccessKey): AccessKey {
  const { lastUsedService, lastUsedRegion } = key;
  return {
    ...key,
    ...(lastUsedService !== undefined && { lastUsedService: code(lastUsedService) }),
    ...(lastUsedRegion !== undefined && { lastUsedRegion: code(lastUsedRegion) }),
  };
}

/** One line; what would be changed is set in bold. */
function phrase(reason: Reason): string {
  return phraseReason(reason, datedMoments).replace(/^is (deactivated|deleted)(?=:)/, '**$&**');
}
