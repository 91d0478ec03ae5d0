import type { webApi } from '@slack/bolt';
import { z } from 'zod';
import type { GroupMembers } from '../shared/policy/approvals.ts';
import type { Directory } from '../shared/remediation/ports.ts';
import { createFreshCache } from './fresh-cache.ts';
import { askingSlack, slackError } from './slack-error.ts';

/**
 * How long Slack's word holds, in milliseconds: short enough that who was removed cannot approve a minute later, long
 * enough that one click asks once.
 */
const shelfLife = 15_000;

/** A flag that Slack leaves out is false. */
const flag = z.boolean().default(false);

const userSchema = z.object({
  team_id: z.string(),
  deleted: flag,
  is_bot: flag,
  is_restricted: flag,
  is_ultra_restricted: flag,
  is_stranger: flag,
});

const groupSchema = z.array(z.string());

export interface DirectoryOptions {
  /** The workspace in which the app is installed. */
  readonly teamId: string;
  readonly now: () => Date;
  readonly warn: (message: string, error: unknown) => void;
}

/** Who is who, as Slack says at this moment. */
export function slackDirectory(slack: webApi.WebClient, options: DirectoryOptions): Directory {
  const { teamId, now, warn } = options;
  const groups = createFreshCache(shelfLife, now, async (group: string) => {
    const { users } = await slack.usergroups.users.list({ usergroup: group, include_disabled: false });
    return new Set(groupSchema.parse(users));
  });
  const people = createFreshCache(shelfLife, now, async (person: string) => {
    const { user } = await slack.users.info({ user: person });
    const { team_id, ...flags } = userSchema.parse(user);
    return team_id === teamId && Object.values(flags).every((isSet) => !isSet);
  });

  /** A group that Slack does not tell of is left out: it gives nobody a right. */
  async function readGroup(group: string): Promise<[string, ReadonlySet<string>][]> {
    try {
      return [[group, await groups(group)]];
    } catch (error) {
      const doing = `say who is in the user group ${group}`;
      warn('a user group is unknown', slackError(error, doing));
      return [];
    }
  }

  return {
    async readMembers(groupIds): Promise<GroupMembers> {
      return new Map((await Promise.all(groupIds.map(readGroup))).flat());
    },
    isFullMember: (userId) => askingSlack('say who somebody is', () => people(userId)),
  };
}
