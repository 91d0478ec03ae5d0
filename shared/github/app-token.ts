import { createPrivateKey, type KeyObject, sign } from 'node:crypto';
import { z } from 'zod';
import { KeyturnError } from '../errors.ts';
import { translated } from './github-error.ts';
import { connectGitHub } from './octokit.ts';

export interface GitHubApp {
  /** `GITHUB_API_URL`. */
  readonly baseUrl: string;
  readonly appId: string;
  /** PEM, as GitHub hands it out. */
  readonly privateKey: string;
  readonly installationId: number;
  readonly now: () => Date;
}

/** Milliseconds before its end at which an installation token is not used any more. */
const margin = 5 * 60_000;

const answerSchema = z.object({
  token: z.string().min(1),
  expires_at: z.iso.datetime({ offset: true }).transform((text) => new Date(text)),
});

type InstallationToken = z.infer<typeof answerSchema>;

function encode(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

/**
 * The JWT with which an app proves who it is; GitHub takes one for at most ten minutes, and its clock may be behind.
 * Source: docs.github.com, "Generating a JSON Web Token (JWT) for a GitHub App".
 */
function appToken({ appId, now }: GitHubApp, key: KeyObject): string {
  const seconds = Math.floor(now().getTime() / 1_000);
  const claims = { iat: seconds - 60, exp: seconds + 9 * 60, iss: appId };
  const unsigned = `${encode({ alg: 'RS256', typ: 'JWT' })}.${encode(claims)}`;
  return `${unsigned}.${sign('RSA-SHA256', Buffer.from(unsigned), key).toString('base64url')}`;
}

function readKey(pem: string): KeyObject {
  try {
    return createPrivateKey(pem);
  } catch {
    // The cause is left out: it may quote the key.
    throw new KeyturnError('github-app-key-invalid', 'GITHUB_APP_PRIVATE_KEY is no private key in PEM form.');
  }
}

/**
 * Gives the installation's token, a new one (they live an hour) when the last one is about to end. Throws a KeyturnError
 * for a key that is none; what it returns rejects with one.
 */
export function installationTokens(app: GitHubApp): () => Promise<string> {
  const key = readKey(app.privateKey);
  const github = connectGitHub({ baseUrl: app.baseUrl, token: async () => appToken(app, key) });
  const isFresh = ({ expires_at: end }: InstallationToken) => end.getTime() - margin > app.now().getTime();
  const fetchToken = () =>
    translated('give the app a token for its installation', async () => {
      const { data } = await github.rest.apps.createInstallationAccessToken({
        installation_id: app.installationId,
      });
      return answerSchema.parse(data);
    });
  const renew = async (last: Promise<InstallationToken> | undefined) => {
    const known = await last?.catch(() => undefined);
    return known && isFresh(known) ? known : fetchToken();
  };

  // Who asks while a token is on its way waits for that one.
  let current: Promise<InstallationToken> | undefined;
  return async () => {
    current = renew(current);
    return (await current).token;
  };
}
