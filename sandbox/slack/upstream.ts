import { createEmulator, type Emulator } from 'emulate';
import { z } from 'zod';
import { type Arguments, type Reply, refusal } from './exchange.ts';
import {
  appId,
  approvalsChannelId,
  botId,
  botName,
  botUserId,
  cast,
  otherChannelId,
  teamId,
} from './people.ts';
import { Translation } from './translation.ts';

/** `emulate` allows a token 5,000 requests an hour, which is not Slack's way: tokens are changed in time. */
const requestsPerToken = 4_000;
const tokensPerCaller = 60;

const everyScope = [
  ...['chat:write', 'users:read', 'files:read', 'files:write', 'channels:read', 'channels:history'],
  ...['channels:join', 'channels:manage', 'groups:read', 'groups:history', 'groups:write'],
];

/** Whose rights a call has: the bot's, limited by its scopes, or those of somebody who may do everything. */
export type Caller = 'bot' | 'admin' | 'bot-setup' | keyof typeof cast;

function tokensOf(scopes: readonly string[]): Record<string, { login: string; scopes: string[] }> {
  const callers = [
    { caller: 'bot', login: botName, scopes: [...scopes] },
    { caller: 'bot-setup', login: botName, scopes: everyScope },
    ...['admin', ...Object.keys(cast)].map((name) => ({ caller: name, login: name, scopes: everyScope })),
  ];
  return Object.fromEntries(
    callers.flatMap(({ caller, ...token }) =>
      Array.from({ length: tokensPerCaller }, (_, index) => [`${caller}-${index}`, token]),
    ),
  );
}

function seedOf(scopes: readonly string[]) {
  const app = { app_id: appId, bot_id: botId, bot_user_id: botUserId, bot_name: botName, name: 'Keyturn' };
  return {
    tokens: tokensOf(scopes),
    slack: {
      team: { name: 'Keyturn', domain: 'keyturn' },
      users: Object.keys(cast).map((name) => ({ name })),
      channels: [{ name: 'key-approvals' }, { name: 'elsewhere' }],
      oauth_apps: [{ ...app, client_id: 'keyturn', client_secret: 'none', redirect_uris: [] }],
      incoming_webhooks: [{ channel: 'key-approvals' }],
      strict_scopes: true,
    },
  };
}

const named = z.array(z.object({ id: z.string(), name: z.string() }));

/** The `emulate` behind the front, reached over loopback HTTP. */
export class Upstream {
  readonly #emulator: Emulator;
  readonly #publicUrl: string;
  #translation: Translation;
  #requests = 0;

  private constructor(emulator: Emulator, publicUrl: string, now: () => Date) {
    this.#emulator = emulator;
    this.#publicUrl = publicUrl;
    this.#translation = new Translation(now, []);
  }

  /** `publicUrl` takes the place of the emulator's own address in what it answers. */
  static async start(publicUrl: string, scopes: readonly string[], now: () => Date): Promise<Upstream> {
    const emulator = await createEmulator({ service: 'slack', port: 0, seed: seedOf(scopes) });
    const upstream = new Upstream(emulator, publicUrl, now);
    const users = named.parse((await upstream.ask('users.list', {}, 'admin'))['members']);
    const channels = named.parse((await upstream.ask('conversations.list', {}, 'admin'))['channels']);
    const ids: Readonly<Record<string, string>> = {
      ...Object.fromEntries(Object.values(cast).map(({ name, id }) => [name, id])),
      'key-approvals': approvalsChannelId,
      elsewhere: otherChannelId,
    };
    const pairs = [...users, ...channels].map(({ id, name }) => [id, ids[name] ?? id] as const);
    upstream.#translation = new Translation(now, [['T000000001', teamId], ...pairs]);
    await upstream.ask('conversations.join', { channel: approvalsChannelId }, 'bot-setup');
    return upstream;
  }

  /** Calls a Web API method. */
  async ask(method: string, args: Arguments, caller: Caller): Promise<Reply> {
    const response = await this.#post(`/api/${method}`, JSON.stringify(this.#translation.inward(args)), {
      authorization: `Bearer ${this.#tokenOf(caller)}`,
      'content-type': 'application/json',
    });
    const text = (await response.text()).replaceAll(this.#emulator.url, this.#publicUrl);
    if (response.status === 404) return refusal('unknown_method');
    return z.looseObject({ ok: z.boolean() }).parse(this.#translation.outward(text));
  }

  /** Passes a request on as it is: uploads and incoming webhooks. */
  async pass(path: string, body: Buffer, contentType: string): Promise<{ status: number; body: string }> {
    const response = await this.#post(path, body, { 'content-type': contentType });
    return { status: response.status, body: await response.text() };
  }

  /** The content of a file. */
  async read(url: string): Promise<string> {
    const headers = { authorization: `Bearer ${this.#tokenOf('admin')}` };
    return (await fetch(url.replace(this.#publicUrl, this.#address), { headers })).text();
  }

  nextTimestamp(): string {
    return this.#translation.next();
  }

  close(): Promise<void> {
    return this.#emulator.close();
  }

  get #address(): string {
    return this.#emulator.url.replace('//localhost', '//127.0.0.1');
  }

  #post(path: string, body: string | Buffer, headers: Record<string, string>): Promise<Response> {
    const bytes = typeof body === 'string' ? body : new Uint8Array(body);
    return fetch(this.#address + path, { method: 'POST', headers, body: bytes });
  }

  #tokenOf(caller: Caller): string {
    return `${caller}-${Math.floor(this.#requests++ / requestsPerToken) % tokensPerCaller}`;
  }
}
