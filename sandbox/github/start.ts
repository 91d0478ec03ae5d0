import type { Faults } from '../http/faults.ts';
import type { RequestCounts } from '../http/request-counts.ts';
import type { App } from './app.ts';
import { ByHand } from './by-hand.ts';
import { Front } from './front.ts';
import { HttpServer } from './http-server.ts';
import { type Access, actionLogin, botLogin, peopleOf } from './people.ts';
import type { Limits } from './rate-limits.ts';
import { Upstream } from './upstream.ts';

/** A GitHub on loopback with one repository. */
export interface GitHubStandIn {
  /** For `GITHUB_API_URL`. */
  readonly url: string;
  /** `owner/name`, for `GITHUB_REPOSITORY`. */
  readonly repository: string;
  readonly repositoryId: number;
  /** The Action's `GITHUB_TOKEN`. */
  readonly token: string;
  readonly botToken: string;
  /** For the bot that runs as a GitHub App instead. */
  readonly app: Pick<App, 'id' | 'installationId' | 'privateKey'>;
  /** What has been asked from outside. */
  readonly requests: RequestCounts;
  readonly faults: Faults;
  /** What people do by hand; reads too. */
  readonly byHand: ByHand;
  /** The token of a login; throws when there is no such person. */
  tokenOf(login: string): string;
  setLimits(limits: Limits): void;
  setIssuesEnabled(enabled: boolean): void;
  close(): Promise<void>;
}

export interface GitHubOptions {
  /** `octo-org/keys` by default. */
  readonly repository?: string;
  /** True by default. */
  readonly private?: boolean;
  /** Stamps issues and comments, and counts rate limits. */
  readonly now?: () => Date;
  /** People besides those of people.ts. */
  readonly people?: Readonly<Record<string, Access>>;
}

/** Starts a GitHub on a free port of 127.0.0.1; any number may run in one process. */
export async function startGitHub(options: GitHubOptions = {}): Promise<GitHubStandIn> {
  const repository = options.repository ?? 'octo-org/keys';
  const [owner = '', name = ''] = repository.split('/');
  const isPrivate = options.private ?? true;
  const people = peopleOf(options.people);
  const tokenOf = (login: string): string => {
    const person = people.get(login);
    if (!person) throw new Error(`${login} is nobody here.`);
    return person.token;
  };

  const server = new HttpServer();
  const url = await server.start();
  const upstream = await Upstream.start({ owner, name, private: isPrivate }, people, url);
  const house = { people, private: isPrivate, issuesEnabled: true };
  const front = new Front(upstream, url, house, options.now ?? (() => new Date()));
  server.serve = (request) => front.serve(request);
  const byHand = new ByHand(front, repository);

  return {
    url,
    repository,
    repositoryId: await byHand.repositoryId(),
    token: tokenOf(actionLogin),
    botToken: tokenOf(botLogin),
    app: front.app,
    requests: front.requests,
    faults: front.faults,
    byHand,
    tokenOf,
    setLimits: (limits) => {
      front.rateLimits.limits = limits;
    },
    setIssuesEnabled: (enabled) => {
      house.issuesEnabled = enabled;
    },
    close: async () => {
      await Promise.all([server.close(), upstream.close()]);
    },
  };
}
