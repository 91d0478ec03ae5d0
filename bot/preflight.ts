import type { webApi } from '@slack/bolt';
import { z } from 'zod';
import { KeyturnError } from '../shared/errors.ts';
import type { GitHubClient } from '../shared/github/octokit.ts';
import { type RepositoryFacts, type RepositoryName, readRepository } from '../shared/github/repository.ts';
import type { Policies } from '../shared/remediation/ports.ts';
import { keyIdOf, matchesAny, parsePublicKeys } from '../shared/trail/signature.ts';
import type { Identity } from './app.ts';
import type { BotEnvironment } from './environment.ts';
import { askingSlack } from './slack-error.ts';

const identitySchema = z
  .object({ team_id: z.string(), user_id: z.string(), bot_id: z.string() })
  .transform(
    (answer): Identity => ({ teamId: answer.team_id, botUserId: answer.user_id, botId: answer.bot_id }),
  );

export interface Surroundings {
  readonly identity: Identity;
  readonly facts: RepositoryFacts;
}

/** Several errors that have nothing to do with each other, to be told together. */
export class Failures extends Error {
  override readonly name = 'Failures';
  readonly failures: readonly unknown[];

  constructor(failures: readonly unknown[]) {
    super(`${failures.length} failures`);
    this.failures = failures;
  }
}

/**
 * Tries everything that the bot cannot work without.
 *
 * @throws Failures with all that is wrong at once
 */
export async function preflight(
  slack: webApi.WebClient,
  github: GitHubClient,
  repository: RepositoryName,
  policies: Policies,
  { trailKey }: BotEnvironment,
  now: () => Date,
): Promise<Surroundings> {
  const checks = await Promise.allSettled([
    readIdentity(slack),
    readRepository(github, repository, now),
    refuseUnknownKey(policies, trailKey),
  ]);
  const [identity, facts, key] = checks;
  if (identity.status === 'fulfilled' && facts.status === 'fulfilled' && key.status === 'fulfilled') {
    return { identity: identity.value, facts: facts.value };
  }
  throw new Failures(
    checks.flatMap((check): unknown[] => (check.status === 'rejected' ? [check.reason] : [])),
  );
}

export function readIdentity(slack: webApi.WebClient): Promise<Identity> {
  return askingSlack('say who the bot is', async () => identitySchema.parse(await slack.auth.test()));
}

/** A trail that nobody's public key verifies would be no trail. */
async function refuseUnknownKey(policies: Policies, trailKey: BotEnvironment['trailKey']): Promise<void> {
  const { trail } = await policies.read();
  if (matchesAny(trailKey, parsePublicKeys(trail.publicKeys))) return;
  throw new KeyturnError(
    'trail-key-unknown',
    `KEYTURN_TRAIL_KEY is ${keyIdOf(trailKey)}, which is none of the policy's public keys.`,
  );
}
