import { type ErrorCode, KeyturnError } from '../errors.ts';
import type { Policy } from '../policy/schema.ts';
import { eventSchema, type TrailEvent } from '../trail/events.ts';
import { fateOf, nextComment } from '../trail/next-envelope.ts';
import { brokenTrail } from './broken-trail.ts';
import { type FindingTrail, readFindingTrail } from './finding-trail.ts';
import type { TrailIssue, World } from './ports.ts';

/** What is to be recorded, or the result when nothing is. */
export type Decision<Result> =
  | { readonly kind: 'record'; readonly events: TrailEvent[]; readonly readable: string }
  | { readonly kind: 'leave'; readonly result: Result };

export type Recording<Result> =
  | { readonly kind: 'recorded'; readonly finding: FindingTrail }
  | { readonly kind: 'left'; readonly result: Result; readonly finding: FindingTrail };

/** How often a decision is made anew because another process was first. */
const rounds = 20;
/** Milliseconds between looks for a comment that was written: about a minute in all. */
const looks = [0, 500, 1_000, 2_000, 4_000, 8_000, 15_000, 30_000];
/** With these GitHub says that it has written nothing, as on an issue that is locked: one look is enough. */
const refusals: readonly ErrorCode[] = ['github-permission-missing', 'github-refused', 'github-not-found'];

/**
 * Reads the trail, decides, writes one comment and reads it back. Somebody else's envelope may come first: then nothing
 * of this one holds, and it is decided again on the new state. What is not seen yet is looked for again and never
 * written twice.
 *
 * @throws KeyturnError `trail-broken`; `record-unconfirmed` when the comment does not appear; GitHub's refusal
 */
export async function record<Result>(
  world: World,
  policy: Policy,
  issue: TrailIssue,
  decide: (finding: FindingTrail) => Promise<Decision<Result>>,
): Promise<Recording<Result>> {
  let finding = await readFindingTrail(world, policy, issue);
  for (let round = 1; round <= rounds; round += 1) {
    const { trail, subject } = finding;
    if (trail.state === 'broken') throw await brokenTrail(world, finding, trail);
    const decision = await decide(finding);
    if (decision.kind === 'leave') return { kind: 'left', result: decision.result, finding };
    const { events, readable } = decision;
    events.forEach(refuseInvalid);
    const comment = nextComment(trail, subject, { events, readable, now: world.clock.now() }, world.trailKey);
    const written = await append(world, policy, issue, comment);
    finding = written.finding;
    if (written.fate === 'recorded' && finding.trail.state === 'intact') return { kind: 'recorded', finding };
  }
  throw unconfirmed(issue, undefined);
}

/** Writes the comment once and looks until its fate is known. */
async function append(
  world: World,
  policy: Policy,
  issue: TrailIssue,
  { body, token }: { readonly body: string; readonly token: string },
): Promise<{ fate: ReturnType<typeof fateOf>; finding: FindingTrail }> {
  // A rejected write may have been made all the same: whether it was, reading alone tells.
  const failure = await world.comments.append(issue.number, body).then(
    () => undefined,
    (error: unknown) => ({ error }),
  );
  const refusal = refusalIn(failure?.error);
  for (const pause of refusal ? looks.slice(0, 1) : looks) {
    if (pause > 0) await world.clock.sleep(pause);
    const finding = await readFindingTrail(world, policy, issue);
    const fate = fateOf(token, finding.trail);
    if (fate !== 'unseen' || finding.trail.state === 'broken') return { fate, finding };
  }
  throw refusal ?? unconfirmed(issue, failure?.error);
}

function refusalIn(error: unknown): KeyturnError | undefined {
  return error instanceof KeyturnError && refusals.includes(error.code) ? error : undefined;
}

function unconfirmed({ number }: TrailIssue, cause: unknown): KeyturnError {
  return new KeyturnError(
    'record-unconfirmed',
    `Issue #${number} does not show the decision, so nothing was done.`,
    {
      cause,
    },
  );
}

/** An event that the schema does not know could be written, but never be read again: the trail would be broken. */
export function refuseInvalid(event: TrailEvent): void {
  const { error } = eventSchema.safeParse(event);
  if (!error) return;
  const [issue] = error.issues;
  throw new KeyturnError(
    'event-invalid',
    `A trail cannot hold this ${event.type}: ${issue?.path.join('.')}: ${issue?.message}.`,
  );
}
