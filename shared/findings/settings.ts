import type { Ages } from '../keys/age.ts';
import type { RuleSnapshot } from './ports.ts';

/** What the workflow's inputs and the policy file say about findings and their issues. */
export interface FindingSettings {
  /** Whole days, the runbook's parameter. Absent: the rule's own `maxAccessKeyAge`. */
  readonly maxCredentialUsageAge?: number;
  /** Labels of every issue besides `keyturn`. */
  readonly labels: readonly string[];
  /** GitHub logins that new issues are assigned to, at most 10. */
  readonly assignees: readonly string[];
  /** The IAM tag that names a user's owner. */
  readonly ownerTag: string;
  /** New issues in one scan; the findings beyond it are left for the next one. */
  readonly maxNewIssues: number;
}

/** The ages that plans are made with. */
export function agesOf(
  { maxAccessKeyAge }: RuleSnapshot,
  settings: Pick<FindingSettings, 'maxCredentialUsageAge'>,
): Ages {
  return { maxAccessKeyAge, maxCredentialUsageAge: settings.maxCredentialUsageAge ?? maxAccessKeyAge };
}
