import { generateKeyPairSync, randomUUID, sign } from 'node:crypto';
import { RequestCounts } from '../http/request-counts.ts';
import type { Answer, Request } from './exchange.ts';
import { refusal } from './exchange.ts';
import { HttpServer } from './http-server.ts';

export interface OidcOptions {
  /** The claim `sub`, such as `repo:octo-org/keys:ref:refs/heads/main`. */
  readonly subject: string;
  /** `owner/name`. */
  readonly repository: string;
  readonly repositoryId?: number;
  readonly now?: () => Date;
}

/** GitHub's endpoint for a job's OIDC tokens. */
export interface OidcStandIn {
  /** For `ACTIONS_ID_TOKEN_REQUEST_URL`. */
  readonly requestUrl: string;
  /** For `ACTIONS_ID_TOKEN_REQUEST_TOKEN`. */
  readonly requestToken: string;
  /** One for each token asked for: `GET /token`. */
  readonly requests: RequestCounts;
  close(): Promise<void>;
}

const lifetimeSeconds = 300;
const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 });

function encode(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

function tokenFor(audience: string, options: OidcOptions): string {
  const issuedAt = Math.floor((options.now ?? (() => new Date()))().getTime() / 1_000);
  const [owner = ''] = options.repository.split('/');
  const unsigned = [
    encode({ typ: 'JWT', alg: 'RS256', kid: 'throwaway' }),
    encode({
      jti: randomUUID(),
      iss: 'https://token.actions.githubusercontent.com',
      aud: audience,
      sub: options.subject,
      repository: options.repository,
      repository_owner: owner,
      repository_id: String(options.repositoryId ?? 1),
      ref: 'refs/heads/main',
      iat: issuedAt,
      nbf: issuedAt,
      exp: issuedAt + lifetimeSeconds,
    }),
  ].join('.');
  return `${unsigned}.${sign('RSA-SHA256', Buffer.from(unsigned), privateKey).toString('base64url')}`;
}

/**
 * Starts the endpoint on a free port. Each token is new and lives 300 s.
 * Source: docs.github.com, "OpenID Connect reference".
 */
export async function startOidc(options: OidcOptions): Promise<OidcStandIn> {
  const requestToken = `job-${randomUUID()}`;
  const requests = new RequestCounts();
  const answer = ({ headers, query }: Omit<Request, 'person'>): Answer => {
    requests.record('GET /token');
    if (headers['authorization'] !== `Bearer ${requestToken}`) return refusal(401, 'Bad credentials');
    const audience = query.get('audience') ?? `https://github.com/${options.repository.split('/')[0]}`;
    return { status: 200, headers: {}, body: { value: tokenFor(audience, options) } };
  };
  const server = new HttpServer();
  server.serve = async (request) => answer(request);
  const url = await server.start();
  return { requestUrl: `${url}/token?api-version=2.0`, requestToken, requests, close: () => server.close() };
}
