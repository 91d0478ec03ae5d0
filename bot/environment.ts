/** The bot's environment, and the only place that names its variables. */
import type { KeyObject } from 'node:crypto';
import { z } from 'zod';
import { KeyturnError } from '../shared/errors.ts';
import { parsePrivateKey } from '../shared/trail/signature.ts';
import { shortestSecret } from './log.ts';

const text = z.string().trim().min(1);
/** What can be sent in a header: a line break or a comment that was pasted along would be told in an error, with the rest. */
const secret = text.regex(/^[\x21-\x7e]+$/, 'holds something that no token has, such as a line break');
/** Slack's has 32 characters. One that is too short to be taken out of the log is none. */
const signingSecret = secret.refine(
  ({ length }) => length >= shortestSecret,
  'is too short to be a signing secret',
);
/** Environment variables cannot hold line breaks everywhere; PEM text may have them written as `\n`. */
const pem = text.transform((value) => value.replaceAll('\\n', '\n'));
const port = z.coerce.number().int().min(0).max(65_535);
const id = z.coerce.number().int().min(1);

const api = z.url({ protocol: /^https?$/ });

const trailKey = text.transform((value, context): KeyObject => {
  const parsed = parsePrivateKey(value);
  if (parsed.ok) return parsed.key;
  context.addIssue({ code: 'custom', message: parsed.problem });
  return z.NEVER;
});

type Environment = Readonly<Record<string, string | undefined>>;

const common = z.object({
  SLACK_BOT_TOKEN: secret.regex(/^xoxb-/, 'is no Slack bot token (xoxb-…)'),
  GITHUB_REPOSITORY: text.regex(/^[\w.-]+\/[\w.-]+$/, 'is not of the form OWNER/REPO'),
  KEYTURN_TRAIL_KEY: trailKey,
  KEYTURN_POLICY: text.optional(),
  SLACK_API_URL: api.default('https://slack.com/api/'),
  GITHUB_API_URL: api.default('https://api.github.com'),
  PORT: port.optional(),
});

const socketMode = z
  .object({ SLACK_APP_TOKEN: secret.regex(/^xapp-/, 'is no Slack app-level token (xapp-…)') })
  .transform((env) => ({ kind: 'socket' as const, appToken: env.SLACK_APP_TOKEN }));

const http = z
  .object({ SLACK_SIGNING_SECRET: signingSecret, PORT: port })
  .transform((env) => ({ kind: 'http' as const, signingSecret: env.SLACK_SIGNING_SECRET }));

const token = z
  .object({ GITHUB_TOKEN: secret })
  .transform((env) => ({ kind: 'token' as const, token: env.GITHUB_TOKEN }));

const app = z
  .object({ GITHUB_APP_ID: id, GITHUB_APP_PRIVATE_KEY: pem, GITHUB_APP_INSTALLATION_ID: id })
  .transform((env) => ({
    kind: 'app' as const,
    appId: env.GITHUB_APP_ID,
    privateKey: env.GITHUB_APP_PRIVATE_KEY,
    installationId: env.GITHUB_APP_INSTALLATION_ID,
  }));

export type SlackConnection = z.infer<typeof socketMode> | z.infer<typeof http>;
export type GitHubIdentity = z.infer<typeof token> | z.infer<typeof app>;

/** What may stand instead of a variable that is missing. */
const alternatives: Readonly<Record<string, string>> = {
  SLACK_SIGNING_SECRET: ' (or SLACK_APP_TOKEN for Socket Mode)',
  GITHUB_TOKEN: ' (or GITHUB_APP_ID, GITHUB_APP_PRIVATE_KEY and GITHUB_APP_INSTALLATION_ID)',
};

export interface BotEnvironment {
  readonly slack: {
    readonly apiUrl: string;
    readonly botToken: string;
    readonly connection: SlackConnection;
  };
  readonly github: {
    readonly apiUrl: string;
    readonly repository: string;
    readonly identity: GitHubIdentity;
  };
  /** Ed25519, private. */
  readonly trailKey: KeyObject;
  /** Path of the policy file; absent: the repository's own. */
  readonly policyPath?: string;
  /** For Slack's requests in HTTP mode, and for the health checks; 0: any that is free. */
  readonly port?: number;
}

/** zod's own words for a URL say no more than ours. */
function isOurs(code: string, name: string): boolean {
  return code === 'custom' || (code === 'invalid_format' && !name.endsWith('_API_URL'));
}

/** Values never appear in a problem: most of these are secrets. */
function describeProblems(error: z.ZodError | undefined, env: Environment): string[] {
  return (error?.issues ?? []).map(({ path, code, message }) => {
    const name = path.join('.');
    if (env[name] === undefined) return `${name}${alternatives[name] ?? ''}: missing`;
    return `${name}: ${isOurs(code, name) ? message : 'is not valid'}`;
  });
}

/**
 * Reads the environment; empty variables count as absent. Throws one KeyturnError that names every mistake at once.
 */
export function readEnvironment(env: Environment): BotEnvironment {
  const present = Object.fromEntries(Object.entries(env).filter(([, value]) => value?.trim()));
  const usesApp =
    !present['GITHUB_TOKEN'] && Object.keys(present).some((name) => name.startsWith('GITHUB_APP_'));
  const base = common.safeParse(present);
  const connection = (present['SLACK_APP_TOKEN'] ? socketMode : http).safeParse(present);
  const identity = (usesApp ? app : token).safeParse(present);
  if (!base.success || !connection.success || !identity.success) {
    const problems = [base, connection, identity].flatMap(({ error }) => describeProblems(error, present));
    const list = [...new Set(problems)].join('; ');
    throw new KeyturnError('environment-invalid', `The bot cannot start with this environment. ${list}.`);
  }
  const { KEYTURN_POLICY: policyPath, PORT } = base.data;
  return {
    slack: {
      apiUrl: base.data.SLACK_API_URL,
      botToken: base.data.SLACK_BOT_TOKEN,
      connection: connection.data,
    },
    github: {
      apiUrl: base.data.GITHUB_API_URL,
      repository: base.data.GITHUB_REPOSITORY,
      identity: identity.data,
    },
    trailKey: base.data.KEYTURN_TRAIL_KEY,
    ...(policyPath && { policyPath }),
    ...(PORT !== undefined && { port: PORT }),
  };
}
