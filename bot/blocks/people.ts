import { limits } from '../../shared/slack/limits.ts';
import { join, type Mrkdwn, md, mention, plain } from '../../shared/slack/mrkdwn.ts';
import type { EventOf } from '../../shared/trail/events.ts';
import type { RequestState } from '../../shared/trail/state.ts';

type Actor = EventOf<'requested'>['actor'];

/** A request for one user or for many, as far as people go. */
interface Asked {
  readonly requested: { readonly actor: Actor; readonly data: Pick<EventOf<'requested'>['data'], 'quorum'> };
}

/** The same, with what was given so far. */
interface Given extends Asked, Pick<RequestState, 'approvals' | 'missing'> {
  readonly status: string;
}

/** A person as a mention; Keyturn by name. */
export function person({ kind, id }: Actor): Mrkdwn {
  return kind === 'bot' ? md`Keyturn` : mention(id);
}

/** "1 of 2 approvals, by @bob" (more, when not all of them count any more), with the short hash of the envelope that holds each. */
export function approvalsGiven({ approvals, requested, status, missing }: Given): Mrkdwn {
  const { count } = requested.data.quorum;
  // Enough were given, and it waits: somebody lost the right since, or the policy asks for more by now.
  const isShort = status === 'pending' && missing === 0;
  const given = isShort
    ? plain(`${approvals.length} approvals, which are not enough any more: at least 1 more is needed`)
    : plain(`${approvals.length} of ${count} approval${count === 1 ? '' : 's'}`);
  if (approvals.length === 0) return given;
  const people = approvals
    .slice(0, limits.people)
    .map(({ actor, shortHash }) => md`${person(actor)} (${shortHash})`);
  const more = approvals.length - people.length;
  return md`${given}, by ${join(people)}${more > 0 ? md` and ${more} more` : md``}`;
}

/** Whom the request waits for; `most` of them are named. */
export function whoMayApprove({ requested }: Asked, most: number = limits.people): Mrkdwn {
  const { approvers, selfApproval } = requested.data.quorum;
  const more = approvers.length - most;
  const named = join(approvers.slice(0, most).map(mention));
  const but = selfApproval ? md`` : md`, but not ${person(requested.actor)}, who asked`;
  return md`${named}${more > 0 ? md` and ${more} more` : md``}${but}`;
}
