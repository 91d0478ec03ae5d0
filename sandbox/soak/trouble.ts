import { throttled } from '../aws/faults.ts';
import type { AwsStandIn } from '../aws/start.ts';
import type { GitHubStandIn } from '../github/start.ts';
import { shareOf } from '../http/chance.ts';
import type { SlackStandIn } from '../slack/start.ts';
import type { Throttled } from './start-world.ts';

export interface Services {
  readonly aws: AwsStandIn;
  readonly github: GitHubStandIn;
  readonly slack: SlackStandIn;
}

const always = Number.POSITIVE_INFINITY;
/** Of all calls: for each kind of failure, and for throttling. */
const failing = 0.005;
const throttling = 0.01;

/** AWS, GitHub and Slack fail now and then, and count how often they asked for patience. */
export class Trouble {
  #throttled = { aws: 0, github: 0, slack: 0 };
  readonly #services: Services;
  readonly #random: () => number;

  constructor(services: Services, random: () => number) {
    this.#services = services;
    this.#random = random;
  }

  begin(): void {
    this.#fail();
    this.#throttle();
  }

  end(): void {
    for (const { faults } of Object.values(this.#services)) faults.clear();
  }

  /** Since this was asked last. */
  countThrottled(): Throttled {
    const counted = this.#throttled;
    this.#throttled = { aws: 0, github: 0, slack: 0 };
    return counted;
  }

  #fail(): void {
    const { aws, github, slack } = this.#services;
    const scope = { chance: shareOf(failing, this.#random) };
    const often = { ...scope, times: always };
    aws.faults.fail(/./, { kind: 'status', status: 503 }, scope);
    aws.faults.fail(/./, { kind: 'drop', effect: 'before' }, scope);
    aws.faults.fail(/./, { kind: 'drop', effect: 'after' }, scope);
    github.faults.add({ route: /./, ...often, status: 502, when: 'after' });
    github.faults.add({ route: /./, ...often, drop: true });
    github.faults.add({ route: /^GET/, ...often, cutOff: true });
    slack.faults.add({ route: /./, ...often, status: 503, when: 'after' });
    slack.faults.add({ route: /./, ...often, drop: true });
  }

  #throttle(): void {
    const { aws, github, slack } = this.#services;
    const counted = (service: keyof Throttled) => () => {
      this.#throttled[service] += 1;
    };
    const countAws = counted('aws');
    const inAws = (call: Parameters<typeof throttled>[0]) => {
      countAws();
      return throttled(call);
    };
    const chance = shareOf(throttling, this.#random);
    aws.faults.fail(/./, inAws, { chance });
    const often = { route: /./, times: always };
    const third = shareOf(throttling / 3, this.#random);
    const onGitHub = { ...often, chance: third, status: 403, onFailure: counted('github') };
    const body = { message: 'You have exceeded a secondary rate limit.' };
    // Octokit waits for the first, and gives the others up: the product has to.
    github.faults.add({ ...onGitHub, headers: { 'retry-after': '40' }, body });
    github.faults.add({ ...onGitHub, headers: { 'retry-after': '900' }, body });
    github.faults.add({ ...onGitHub, headers: spent(), body: { message: 'API rate limit exceeded.' } });
    const onSlack = { ...often, chance, status: 429, onFailure: counted('slack') };
    slack.faults.add({ ...onSlack, headers: { 'retry-after': '30' } });
  }
}

/** The requests of an hour are used up. Octokit's plugin tells by the machine's clock how long that lasts. */
function spent() {
  const reset = Math.ceil(Date.now() / 1_000) + 3_000;
  return { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(reset) };
}
