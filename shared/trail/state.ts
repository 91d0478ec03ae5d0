import type { EventOf, TrailEvent } from './events.ts';

/** Where an event stands in the trail. */
export interface Place {
  /** The bot's clock when it sealed the envelope. */
  readonly at: Date;
  readonly seq: number;
  readonly commentId: number;
  /** Short hash of its envelope: what the Slack thread shows beside a decision. */
  readonly shortHash: string;
}

/** An event together with its place. */
export type Recorded<Event = TrailEvent> = Event & Place;

/** A name for each event's recorded form, such as `RecordedOf<'started'>`. */
export type RecordedOf<Type extends TrailEvent['type']> = Recorded<EventOf<Type>>;

interface RequestBase {
  readonly id: string;
  /** With the plan, digest, reason, quorum, expiry and card in its data, and the requester as its actor. */
  readonly requested: RecordedOf<'requested'>;
  readonly expiresAt: Date;
  /** One for each different person, in order. */
  readonly approvals: readonly RecordedOf<'approved'>[];
  /** How many more people the recorded quorum asks for. */
  readonly missing: number;
}

/** What has become of one request. */
export type RequestState = RequestBase &
  (
    | { readonly status: 'pending' }
    | { readonly status: 'expired' }
    | { readonly status: 'denied'; readonly denied: RecordedOf<'denied'> }
    | { readonly status: 'voided'; readonly voided: RecordedOf<'voided'> }
    | { readonly status: 'started'; readonly started: RecordedOf<'started'> }
    | {
        readonly status: 'finished';
        readonly started: RecordedOf<'started'>;
        readonly finished: RecordedOf<'finished'>;
      }
    | {
        readonly status: 'verified';
        readonly started: RecordedOf<'started'>;
        readonly finished: RecordedOf<'finished'>;
        readonly verified: RecordedOf<'verified'>;
      }
    | { readonly status: 'exempted'; readonly exempted: RecordedOf<'exempted'> }
  );

/** An exemption that holds now. */
export interface Exemption {
  readonly keyId: string;
  /** It holds before this moment. */
  readonly until: Date;
  readonly reason: string;
  readonly requestId: string;
}

/** One key that a request deactivated, or that it may be deactivating at this moment. */
export interface Deactivation {
  readonly keyId: string;
  readonly requestId: string;
  /** When the request started, or (in `deactivated`) when the key was seen to be Inactive. */
  readonly at: Date;
}

/** An event that means nothing where it stands. */
export interface IgnoredEvent {
  readonly event: Recorded;
  readonly reason: string;
}

/** All that the trail of one finding says. */
export interface FindingState {
  /** By request id, oldest first. */
  readonly requests: ReadonlyMap<string, RequestState>;
  /** The request that has to end before another may be made: pending, started or finished. */
  readonly open: RequestState | undefined;
  /** Those that hold now, by key id. */
  readonly exemptions: ReadonlyMap<string, Exemption>;
  /** Every deactivation that the daily cap counts, oldest first; those in flight count too. */
  readonly deactivations: readonly Deactivation[];
  /**
   * The keys that requests deactivated and that no undo took back, by id. One that is Active in IAM was
   * reactivated by somebody else.
   */
  readonly deactivated: ReadonlyMap<string, Deactivation>;
  /** Keys that somebody else was seen to have reactivated, by id; until they are deactivated again. */
  readonly reactivated: ReadonlyMap<string, RecordedOf<'reactivated'>>;
  readonly lastOutcome: RecordedOf<'verified'> | undefined;
  readonly ignored: readonly IgnoredEvent[];
}
