import type { AwsStandIn } from '../../sandbox/aws/start.ts';
import { awsUserReader } from '../../shared/aws/user-reader.ts';
import type { Evidence, RememberedUser } from '../../shared/keys/evidence.ts';
import { now, readerParts, rule, startTestAws } from './stand-in.ts';

/** An AWS with a Config rule, and a reader that never really waits. */
export class ScannedAws {
  readonly aws: AwsStandIn;
  /** The pauses that the reader would have made, in milliseconds. */
  readonly slept: number[] = [];
  /** The reader's clock. */
  now = now;

  private constructor(aws: AwsStandIn) {
    this.aws = aws;
  }

  static async start(): Promise<ScannedAws> {
    const aws = await startTestAws();
    aws.world.addRule();
    return new ScannedAws(aws);
  }

  /** One scan, with clients of its own and the requests counted from here on. */
  scan(ids: readonly string[], remembered: ReadonlyMap<string, RememberedUser> = new Map()) {
    this.aws.requests.clear();
    const sleep = async (milliseconds: number) => {
      this.slept.push(milliseconds);
    };
    return awsUserReader({ ...readerParts(), sleep, now: () => this.now }).readUsers(rule, ids, remembered);
  }

  /** The requests that were made for users one by one. */
  userRequests(): Record<string, number> {
    const { SelectResourceConfig, GenerateCredentialReport, GetCredentialReport, ...rest } =
      this.aws.requests.counts();
    return rest;
  }

  /** A user with an old key that is in use and a younger, inactive one. */
  addAda(changes: Partial<Parameters<AwsStandIn['world']['addUser']>[0]> = {}) {
    const { world } = this.aws;
    const lastUsed = { at: world.daysAgo(1), service: 'ec2', region: 'eu-west-1' };
    return world.addUser({
      name: 'ada',
      path: '/staff/',
      tags: { owner: 'ada-l', empty: '' },
      keys: [
        { createdAt: world.daysAgo(200), lastUsed },
        { createdAt: world.daysAgo(120), status: 'Inactive' },
      ],
      ...changes,
    });
  }
}

/** What a scan leaves for the next one. */
export function rememberedOf(scanned: ReadonlyMap<string, Evidence>): Map<string, RememberedUser> {
  return new Map(
    [...scanned].flatMap(([id, evidence]) =>
      evidence.kind === 'user' && evidence.remembered ? [[id, evidence.remembered]] : [],
    ),
  );
}

export function keysOf(evidence: Evidence | undefined) {
  return evidence?.kind === 'user' ? evidence.user.accessKeys : [];
}

/** The same users as the next scan sees them, that asks nobody: their keys come from the markers. */
export function fromMemory(scanned: ReadonlyMap<string, Evidence>): Map<string, Evidence> {
  return new Map(
    [...scanned].map(([id, evidence]) => [
      id,
      evidence.kind === 'user' ? { ...evidence, source: 'memory' } : evidence,
    ]),
  );
}
