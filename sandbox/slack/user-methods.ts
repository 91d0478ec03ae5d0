import { isRecord } from '../../shared/trust-boundaries.ts';
import { type Reply, refusal, textOf } from './exchange.ts';
import type { Method, Services } from './methods.ts';
import { teamId, userFields } from './people.ts';

function missingScope(scope: string, { scopes }: Services): Reply | undefined {
  if (scopes.includes(scope)) return undefined;
  return { ...refusal('missing_scope'), needed: scope, provided: scopes.join(',') };
}

/** With the flags that `emulate` does not know; the bot itself is as it says. */
function flagged(user: unknown, { workspace }: Services): unknown {
  if (!isRecord(user)) return user;
  const person = workspace.byId(textOf(user['id']));
  return person ? { ...user, ...userFields(person) } : user;
}

export const userInfo: Method = async (args, slack, caller) => {
  const reply = await slack.upstream.ask('users.info', args, caller);
  return reply.ok ? { ...reply, user: flagged(reply['user'], slack) } : reply;
};

export const userList: Method = async (args, slack, caller) => {
  const reply = await slack.upstream.ask('users.list', args, caller);
  const { members } = reply;
  return Array.isArray(members) ? { ...reply, members: members.map((user) => flagged(user, slack)) } : reply;
};

export const userGroups: Method = async (_args, slack) => {
  const { workspace } = slack;
  const groups = workspace.groupIds.map((id) => ({
    id,
    team_id: teamId,
    handle: workspace.nameOf(id),
    name: workspace.nameOf(id),
    is_usergroup: true,
    date_delete: 0,
    user_count: workspace.membersOf(id)?.length ?? 0,
  }));
  return missingScope('usergroups:read', slack) ?? { ok: true, usergroups: groups };
};

export const userGroupMembers: Method = async (args, slack) => {
  const members = slack.workspace.membersOf(textOf(args['usergroup']));
  const unknown = members ? undefined : refusal('no_such_subteam');
  return missingScope('usergroups:read', slack) ?? unknown ?? { ok: true, users: members };
};
