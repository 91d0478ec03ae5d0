/** What AWS Config knows in one region of one account. Plain data that tests may change at any time. */
export type ComplianceType = 'COMPLIANT' | 'NON_COMPLIANT' | 'NOT_APPLICABLE';

export interface Evaluation {
  compliance: ComplianceType;
  recordedAt: Date;
}

export interface ConfigRule {
  readonly name: string;
  /** `ACCESS_KEYS_ROTATED`, unless a test wants another. */
  sourceIdentifier: string;
  state: 'ACTIVE' | 'DELETING' | 'DELETING_RESULTS' | 'EVALUATING';
  /** Whole days. `undefined`: the parameter is not set. */
  maxAccessKeyAge: number | undefined;
  /** By unique user id. Config is stale by nature: these stay until the rule is evaluated again. */
  readonly results: Map<string, Evaluation>;
  evaluatedAt: Date | undefined;
  /** Its results begin with a page without any, as AWS may give them while more follow. */
  emptyPageFirst?: boolean;
  /** When StartConfigRulesEvaluation last took effect. */
  evaluationAskedAt: Date | undefined;
}

export interface Recorder {
  recording: boolean;
  /** `all` without IAM is what an account has where global types are recorded in another region. */
  types: 'all' | 'all-but-iam' | readonly string[];
}

/** A user as Config recorded it last: the name may have changed since. */
export interface RecordedUser {
  readonly id: string;
  name: string;
  arn: string;
  createdAt: Date;
  tags: Record<string, string>;
  recordedAt: Date;
}

export interface ConfigState {
  readonly rules: Map<string, ConfigRule>;
  recorder: Recorder | undefined;
  /** By unique id. */
  readonly recordedUsers: Map<string, RecordedUser>;
}

export interface RuleSeed {
  readonly account?: string;
  /** Default: access-keys-rotated. */
  readonly name?: string;
  readonly sourceIdentifier?: string;
  readonly state?: ConfigRule['state'];
  /** Default: 90. `null`: not set. */
  readonly maxAccessKeyAge?: number | null;
}

export function ruleFrom(seed: RuleSeed): ConfigRule {
  return {
    name: seed.name ?? 'access-keys-rotated',
    sourceIdentifier: seed.sourceIdentifier ?? 'ACCESS_KEYS_ROTATED',
    state: seed.state ?? 'ACTIVE',
    maxAccessKeyAge: seed.maxAccessKeyAge === undefined ? 90 : (seed.maxAccessKeyAge ?? undefined),
    results: new Map(),
    evaluatedAt: undefined,
    evaluationAskedAt: undefined,
  };
}

export function emptyConfig(): ConfigState {
  return { rules: new Map(), recorder: undefined, recordedUsers: new Map() };
}

export function recordsIamUsers(recorder: Recorder | undefined): boolean {
  return recordsType(recorder, 'AWS::IAM::User');
}

export function recordsType(recorder: Recorder | undefined, type: string): boolean {
  if (!recorder?.recording) return false;
  const { types } = recorder;
  return types === 'all' || (types === 'all-but-iam' ? !type.startsWith('AWS::IAM::') : types.includes(type));
}
