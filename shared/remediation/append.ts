import { type ErrorCode, KeyturnError } from '../errors.ts';
import { eventSchema, type TrailEvent } from '../trail/events.ts';
import { fateOf, nextComment } from '../trail/next-envelope.ts';
import type { Subject } from '../trail/subject.ts';
import type { BrokenTrail, Trail } from '../trail/trail.ts';
import type { World } from './ports.ts';

/** What is to be recorded, or the result when nothing is. */
export type Decision<Result> =
  | { readonly kind: 'record'; readonly events: TrailEvent[]; readonly readable: string }
  | { readonly kind: 'leave'; readonly result: Result };

/** A trail as it was read, with whatever it comes to. */
interface Page {
  readonly trail: Trail;
  readonly subject: Subject;
}

/** One issue that bears a trail. */
export interface Ledger<Read extends Page> {
  readonly number: number;
  read(): Promise<Read>;
  /** The error that a broken trail is. */
  broken(read: Read, trail: BrokenTrail): Promise<KeyturnError>;
}

export type Appended<Read, Result> =
  | { readonly kind: 'recorded'; readonly read: Read }
  | { readonly kind: 'left'; readonly result: Result; readonly read: Read };

type Pen = Pick<World, 'comments' | 'clock' | 'trailKey'>;

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
 * @throws KeyturnError what `broken` makes of a broken trail; `record-unconfirmed` when the comment does not appear;
 * GitHub's refusal
 */
export async function appendTo<Read extends Page, Result>(
  world: Pen,
  ledger: Ledger<Read>,
  decide: (read: Read) => Promise<Decision<Result>>,
): Promise<Appended<Read, Result>> {
  let read = await ledger.read();
  for (let round = 1; round <= rounds; round += 1) {
    const { trail, subject } = read;
    if (trail.state === 'broken') throw await ledger.broken(read, trail);
    const decision = await decide(read);
    if (decision.kind === 'leave') return { kind: 'left', result: decision.result, read };
    const { events, readable } = decision;
    events.forEach(refuseInvalid);
    const comment = nextComment(trail, subject, { events, readable, now: world.clock.now() }, world.trailKey);
    const written = await append(world, ledger, comment);
    read = written.read;
    if (written.fate === 'recorded' && read.trail.state === 'intact') return { kind: 'recorded', read };
  }
  throw unconfirmed(ledger.number, undefined);
}

/** Writes the comment once and looks until its fate is known. */
async function append<Read extends Page>(
  world: Pen,
  ledger: Ledger<Read>,
  { body, token }: { readonly body: string; readonly token: string },
): Promise<{ fate: ReturnType<typeof fateOf>; read: Read }> {
  // A rejected write may have been made all the same: whether it was, reading alone tells.
  const failure = await world.comments.append(ledger.number, body).then(
    () => undefined,
    (error: unknown) => ({ error }),
  );
  const refusal = refusalIn(failure?.error);
  for (const pause of refusal ? looks.slice(0, 1) : looks) {
    if (pause > 0) await world.clock.sleep(pause);
    const read = await ledger.read();
    const fate = fateOf(token, read.trail);
    if (fate !== 'unseen' || read.trail.state === 'broken') return { fate, read };
  }
  throw refusal ?? unconfirmed(ledger.number, failure?.error);
}

function refusalIn(error: unknown): KeyturnError | undefined {
  return error instanceof KeyturnError && refusals.includes(error.code) ? error : undefined;
}

function unconfirmed(number: number, cause: unknown): KeyturnError {
  return new KeyturnError(
    'record-unconfirmed',
    `Issue #${number} does not show the decision, so nothing has been done yet.`,
    { cause },
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
