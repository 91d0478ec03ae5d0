/** The two limits that plans are made with, in whole days. */
export interface Ages {
  /** The Config rule's parameter: Active keys older than this are a finding, and strict deactivates them. */
  readonly maxAccessKeyAge: number;
  /** The runbook's parameter: keys and passwords idle for at least this long are what it acts on. */
  readonly maxCredentialUsageAge: number;
}
