/** A Config aggregator: what it shows is a copy of what Config knows in the accounts, in one region. */
export interface Aggregator {
  /** Account id of whose it is. */
  readonly owner: string;
  readonly region: string;
  readonly accountIds: string[];
}
