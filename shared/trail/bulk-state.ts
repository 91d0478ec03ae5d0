import type { IgnoredEvent, RecordedOf } from './state.ts';

interface BulkBase {
  readonly id: string;
  /** With the plan, digest, reason, quorum, expiry and card in its data, and the requester as its actor. */
  readonly requested: RecordedOf<'bulk-requested'>;
  readonly expiresAt: Date;
  /** One for each different person, in order. */
  readonly approvals: readonly RecordedOf<'approved'>[];
  /** How many more people the recorded quorum asks for. */
  readonly missing: number;
}

interface Begun {
  readonly started: RecordedOf<'bulk-started'>;
}

/** What has become of a bulk request. */
export type BulkState = BulkBase &
  (
    | { readonly status: 'pending' }
    | { readonly status: 'expired' }
    | { readonly status: 'denied'; readonly denied: RecordedOf<'denied'> }
    | { readonly status: 'voided'; readonly voided: RecordedOf<'voided'> }
    | ({ readonly status: 'started' } & Begun)
    /** Nobody is begun any more; those who were are seen to. */
    | ({ readonly status: 'stopped'; readonly stopped: RecordedOf<'bulk-stopped'> } & Begun)
    | ({
        readonly status: 'finished';
        readonly stopped?: RecordedOf<'bulk-stopped'>;
        readonly finished: RecordedOf<'bulk-finished'>;
      } & Begun)
  );

/** All that the trail of a bulk request's issue says. */
export interface BulkHistory {
  /** Undefined: it was not recorded. */
  readonly bulk: BulkState | undefined;
  readonly ignored: readonly IgnoredEvent[];
}
