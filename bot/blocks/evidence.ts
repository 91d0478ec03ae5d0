import { isOverAge } from '../../shared/keys/age.ts';
import type { UserSnapshot } from '../../shared/keys/user-snapshot.ts';
import { relativeMoments } from '../../shared/keys/written-moments.ts';
import { join, type Mrkdwn, md, plain } from '../../shared/slack/mrkdwn.ts';
import { phraseAge } from '../../shared/slack/phrase-age.ts';
import type { EventOf } from '../../shared/trail/events.ts';

/** When credentials were made and used, as read at one moment: what an approver weighs, and no part of the plan. */
export type Evidence = EventOf<'started'>['data']['before'] & { readonly readAt: Date };

type Credential = Evidence['keys'][number];

export function evidenceOf(user: UserSnapshot, readAt: Date): Evidence {
  return {
    readAt,
    keys: user.accessKeys.map(({ createdAt, lastUsedAt, ...key }) => ({
      ...key,
      createdAt: createdAt.toISOString(),
      ...(lastUsedAt && { lastUsedAt: lastUsedAt.toISOString() }),
    })),
    ...(user.loginProfileCreatedAt && { loginProfileCreatedAt: user.loginProfileCreatedAt.toISOString() }),
    ...(user.passwordLastUsedAt && { passwordLastUsedAt: user.passwordLastUsedAt.toISOString() }),
  };
}

/** "325 days old, used 3 hours ago for s3 in us-east-1"; undefined when nothing is known of the key. */
export function phraseKey(evidence: Evidence | undefined, keyId: string): Mrkdwn | undefined {
  const key = evidence?.keys.find(({ id }) => id === keyId);
  if (!evidence || !key) return undefined;
  return join([phraseAge(key.createdAt, evidence.readAt), phraseUse(key, evidence.readAt)]);
}

/** The effect on a key, with its age and last use when they are known. */
export function withFacts(effect: Mrkdwn, facts: Mrkdwn | undefined): Mrkdwn {
  return facts ? md`${effect} — ${facts}` : effect;
}

/** "created 400 days ago, used 120 days ago" */
export function phrasePassword(evidence: Evidence | undefined): Mrkdwn | undefined {
  if (!evidence?.loginProfileCreatedAt) return undefined;
  const { readAt, loginProfileCreatedAt: createdAt, passwordLastUsedAt } = evidence;
  const moments = relativeMoments(readAt);
  const used = passwordLastUsedAt ? moments.used(new Date(passwordLastUsedAt)) : 'never used';
  return join([plain(moments.created(new Date(createdAt))), plain(used)]);
}

/** Whether the Config rule finds fault with the key, when its age is known. `maxAccessKeyAge` in whole days. */
export function isFinding(
  evidence: Evidence | undefined,
  keyId: string,
  maxAccessKeyAge: number,
): boolean | undefined {
  const key = evidence?.keys.find(({ id }) => id === keyId);
  if (!evidence || !key) return undefined;
  const { id, status } = key;
  return (
    status === 'Active' &&
    isOverAge({ id, status, createdAt: new Date(key.createdAt) }, maxAccessKeyAge, evidence.readAt)
  );
}

function phraseUse({ lastUsedAt, lastUsedService, lastUsedRegion }: Credential, now: Date): Mrkdwn {
  if (!lastUsedAt) return md`never used`;
  const used = plain(relativeMoments(now).used(new Date(lastUsedAt)));
  const service = lastUsedService ? md` for ${plain(lastUsedService, 64)}` : md``;
  const region = lastUsedRegion ? md` in ${plain(lastUsedRegion, 64)}` : md``;
  return md`${used}${service}${region}`;
}
