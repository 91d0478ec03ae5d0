import type { Ages } from '../keys/age.ts';
import type { RememberedUser } from '../keys/evidence.ts';
import type { UserSnapshot } from '../keys/user-snapshot.ts';
import { countOf } from '../keys/written-moments.ts';
import { bodyLimit } from '../trail/comment.ts';
import { ruleUrl, userUrl } from './console-links.ts';
import { overAgeKeys } from './finding.ts';
import type { Exemption } from './hold.ts';
import { limits } from './limits.ts';
import { code, mention, plainName } from './markdown.ts';
import { writeMarker } from './marker.ts';
import type { RuleSnapshot } from './ports.ts';
import { day, renderKeys } from './render-keys.ts';
import { alert, renderPlans, renderWarnings } from './render-plans.ts';

/** Everything that an issue's text is made from. */
export interface IssueFacts {
  readonly rule: RuleSnapshot;
  readonly ages: Ages;
  readonly user: UserSnapshot;
  readonly remembered?: RememberedUser;
  /** Whether AWS Config calls the user NON_COMPLIANT. */
  readonly nonCompliant: boolean;
  readonly ownerTag: string;
  /** In force now, of keys over age. */
  readonly exemptions: readonly Exemption[];
  /** Numbers of the issues with a broken trail that this one stands for. */
  readonly broken: readonly number[];
}

export function renderTitle({ userName, accountId }: UserSnapshot): string {
  const title = `Old access key: IAM user ${plainName(userName)} in account ${plainName(accountId)}`;
  return title.slice(0, limits.titleCharacters);
}

const ownTitle = /\bIAM user (\S+) in account (\d{12})\b/;

/** Whether a title of this form, however people added to it, names somebody else. */
export function namesAnother(title: string, { userName, accountId }: UserSnapshot): boolean {
  const [, name, account] = ownTitle.exec(title) ?? [];
  return name !== undefined && (name !== plainName(userName) || account !== plainName(accountId));
}

/**
 * The issue's body: what people need to choose a remedy, then the hidden marker. The same evidence gives the same
 * text on another day (dates, never ages), unless a plan has changed by then. Within GitHub's limit: should it be
 * more, the next scan has to do without the marker's memory.
 */
export function renderBody(facts: IssueFacts, now: Date): string {
  const text = renderText(facts, now);
  const { accountId, userId } = facts.user;
  const { remembered } = facts;
  const body = `${text}\n\n${writeMarker({ accountId, userId, ...(remembered && { remembered }) })}`;
  return body.length <= bodyLimit ? body : `${text}\n\n${writeMarker({ accountId, userId })}`;
}

function renderText(facts: IssueFacts, now: Date): string {
  const { user, ages } = facts;
  const overAge = overAgeKeys(user, ages.maxAccessKeyAge, now);
  const holds = overAge.length > 0;
  const limit = countOf(ages.maxAccessKeyAge, 'day');
  const name = code(user.userName);
  return [
    holds
      ? `The IAM user ${name} has ${oldKeys(overAge.length)} older than ${limit}.`
      : `No Active access key of the IAM user ${name} is older than ${limit}.`,
    ...(holds ? renderWarnings(user, overAge, ages, now) : []),
    ...(holds === facts.nonCompliant ? [] : [staleNote(facts.nonCompliant)]),
    renderKeys(user.accessKeys, overAge),
    ...(holds
      ? ['### What would happen', renderPlans(user, ages, now), '### Next step', nextStep(user)]
      : []),
    '### About this user',
    renderDetails(facts),
    '<sub>Keyturn rewrites this text when something changes: write comments instead of editing it.</sub>',
  ].join('\n\n');
}

function oldKeys(count: number): string {
  return count === 1 ? 'an Active access key that is' : `${count} Active access keys that are`;
}

function staleNote(nonCompliant: boolean): string {
  const verdict = nonCompliant ? 'NON_COMPLIANT' : 'COMPLIANT';
  return alert(
    'NOTE',
    `AWS Config has not re-evaluated yet: when this text was written it called the user ${verdict}. IAM decides.`,
  );
}

function nextStep({ userName }: UserSnapshot): string {
  return `In Slack: ${code(`/keys remediate ${userName}`)}. It shows what either remedy would do by then; a second person approves before anything changes.`;
}

function renderDetails({ rule, user, ownerTag, exemptions, broken }: IssueFacts): string {
  return [
    `- Account ${code(user.accountId)}, unique id ${code(user.userId)}`,
    `- Owner: ${renderOwner(user, ownerTag)}`,
    ...exemptions.map(renderExemption),
    ...(broken.length > 0
      ? [`- Takes the place of ${broken.map((issue) => `#${issue}`).join(', ')}, whose trail is broken`]
      : []),
    `- [The user in the AWS console](${userUrl(rule, user.userName)})`,
    `- [The Config rule](${ruleUrl(rule)}) ${code(rule.name)} in ${code(rule.region)}`,
  ].join('\n');
}

function renderOwner({ tags }: UserSnapshot, ownerTag: string): string {
  const owner = Object.hasOwn(tags, ownerTag) ? tags[ownerTag] : undefined;
  return owner === undefined
    ? `unknown, the user has no tag ${code(ownerTag)}`
    : `${mention(owner)} (tag ${code(ownerTag)})`;
}

function renderExemption({ keyId, until, reason }: Exemption): string {
  return `- **Exempt until ${day(until)}**: ${code(keyId)}, because ${code(reason)}`;
}
