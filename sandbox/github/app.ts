import { createPublicKey, generateKeyPairSync, type KeyObject, verify } from 'node:crypto';
import { z } from 'zod';
import { type Answer, type Request, refusal } from './exchange.ts';

const hour = 3_600_000;
const claimsSchema = z.object({ iss: z.string(), iat: z.number(), exp: z.number() });

function claimsOf(token: string, key: KeyObject): z.infer<typeof claimsSchema> | undefined {
  const [header = '', payload = '', signature = ''] = token.split('.');
  const signed = Buffer.from(`${header}.${payload}`);
  if (!verify('RSA-SHA256', signed, key, Buffer.from(signature, 'base64url'))) return undefined;
  return claimsSchema.safeParse(JSON.parse(Buffer.from(payload, 'base64url').toString())).data;
}

/** The GitHub App as which the bot may run, installed once. Its installation tokens live an hour. */
export class App {
  readonly id = '4711';
  readonly installationId = 815;
  #key: KeyObject | undefined;
  readonly #now: () => Date;
  readonly #tokens = new Map<string, number>();

  constructor(now: () => Date) {
    this.#now = now;
  }

  /** PEM. Made when somebody first asks for it: it takes a while. */
  get privateKey(): string {
    this.#key ??= generateKeyPairSync('rsa', { modulusLength: 2_048 }).privateKey;
    return this.#key.export({ format: 'pem', type: 'pkcs8' }).toString();
  }

  /** Answers `POST /app/installations/{installation_id}/access_tokens`; undefined: another route. */
  answer({ method, path, headers }: Omit<Request, 'person'>): Answer | undefined {
    const [, installation] = /^\/app\/installations\/(\d+)\/access_tokens$/.exec(path) ?? [];
    if (method !== 'POST' || !installation) return undefined;
    const now = this.#now().getTime();
    const claims = claimsOf(
      (headers['authorization'] ?? '').replace(/^Bearer /, ''),
      createPublicKey(this.privateKey),
    );
    const isCurrent = claims && claims.iat * 1_000 <= now && claims.exp * 1_000 > now;
    if (!isCurrent || claims.exp - claims.iat > 660 || claims.iss !== this.id) {
      return refusal(401, 'A JSON web token could not be decoded');
    }
    if (Number(installation) !== this.installationId) return refusal(404, 'Not Found');
    const token = `ghs_installation${this.#tokens.size + 1}`;
    this.#tokens.set(token, now + hour);
    return { status: 201, headers: {}, body: { token, expires_at: new Date(now + hour).toISOString() } };
  }

  /** Whether this is one of its installation's tokens that has not expired. */
  accepts(token: string): boolean {
    return (this.#tokens.get(token) ?? 0) > this.#now().getTime();
  }
}
