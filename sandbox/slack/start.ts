import type { Faults } from '../http/faults.ts';
import type { RequestCounts } from '../http/request-counts.ts';
import { ByHand } from './by-hand.ts';
import { Deliveries } from './deliveries.ts';
import { Ephemerals } from './ephemerals.ts';
import { caller, Front } from './front.ts';
import { HttpServer } from './http-server.ts';
import { manifestScopes } from './manifest-scopes.ts';
import type { Services } from './methods.ts';
import { Modals } from './modals.ts';
import {
  approvalsChannelId,
  botUserId,
  otherChannelId,
  type Person,
  type PersonName,
  securityGroupId,
  teamId,
} from './people.ts';
import { Reader } from './reader.ts';
import { ResponseUrls } from './response-urls.ts';
import { SocketMode } from './socket-mode.ts';
import { Triggers } from './triggers.ts';
import { Upstream } from './upstream.ts';
import { webhookPath } from './webhook.ts';
import { Workspace } from './workspace.ts';

/** A Slack on loopback with one workspace, in which the bot is installed. */
export interface SlackStandIn {
  /** For `SLACK_API_URL`. */
  readonly url: string;
  readonly botToken: string;
  /** For Socket Mode. */
  readonly appToken: string;
  readonly signingSecret: string;
  /** The app's incoming webhook, which posts to the approvals channel. */
  readonly webhookUrl: string;
  readonly teamId: string;
  readonly botUserId: string;
  /** The approvals channel, of which the bot and everybody else is a member. */
  readonly channel: string;
  /** A public channel that the bot has not joined. */
  readonly otherChannel: string;
  /** The user group of the approvers, sam and kim. */
  readonly securityGroup: string;
  readonly people: Readonly<Record<PersonName, Person>>;
  /** How often each method was called; also `response_url`, `upload` and `webhook`. */
  readonly requests: RequestCounts;
  /** Routes as in `requests`. */
  readonly faults: Faults;
  readonly sockets: SocketMode;
  /** What people do. */
  readonly byHand: ByHand;
  /** What people see. */
  readonly reader: Reader;
  /** Where the bot listens in HTTP mode, such as `http://127.0.0.1:3000/slack/events`. */
  connect(bot: { readonly kind: 'http'; readonly url: string }): void;
  /** Name of a person, user group or channel by its id, or the id itself. */
  nameOf(id: string): string;
  close(): Promise<void>;
}

export interface SlackOptions {
  /** Stamps messages; ends trigger ids and response URLs. */
  readonly now?: () => Date;
  /** Stamps signed requests. The bot compares it with its own clock, so by default it is the machine's. */
  readonly requestClock?: () => Date;
  readonly signingSecret?: string;
  /** Milliseconds in which an ack has to come and a trigger id opens its modal: by default Slack's three seconds. */
  readonly patience?: number;
  /** Scopes of the bot's token; by default those of Keyturn's manifest. */
  readonly scopes?: readonly string[];
}

const tokens = { bot: 'xoxb-sandbox-keyturn', app: 'xapp-1-sandbox-keyturn' };

/** Starts a Slack on a free port of 127.0.0.1; any number may run in one process. */
export async function startSlack(options: SlackOptions = {}): Promise<SlackStandIn> {
  const now = options.now ?? (() => new Date());
  const patience = options.patience ?? 3_000;
  const scopes = options.scopes ?? manifestScopes();
  const signingSecret = options.signingSecret ?? 'sandbox-signing-secret';
  const server = new HttpServer();
  const url = await server.start();
  const slack: Services = {
    url,
    now,
    scopes,
    workspace: new Workspace(),
    upstream: await Upstream.start(url, scopes, now),
    triggers: new Triggers(now, patience),
    responseUrls: new ResponseUrls(now),
    ephemerals: new Ephemerals(),
    modals: new Modals(),
    sockets: new SocketMode(),
    call: caller(() => slack),
  };
  const front = new Front(slack, tokens);
  const deliveries = new Deliveries(
    signingSecret,
    slack.sockets,
    options.requestClock ?? (() => new Date()),
    patience,
  );
  const reader = new Reader(slack);
  server.serve = (request) => front.serve(request);
  server.upgrade = (request, socket) => slack.sockets.accept(request, socket);

  return {
    url: `${url}/api/`,
    botToken: tokens.bot,
    appToken: tokens.app,
    signingSecret,
    webhookUrl: url + webhookPath,
    teamId,
    botUserId,
    channel: approvalsChannelId,
    otherChannel: otherChannelId,
    securityGroup: securityGroupId,
    people: slack.workspace.people,
    requests: front.requests,
    faults: front.faults,
    sockets: slack.sockets,
    byHand: new ByHand(slack, deliveries, reader),
    reader,
    connect: (bot) => {
      deliveries.url = bot.url;
    },
    nameOf: (id) => slack.workspace.nameOf(id),
    close: async () => {
      await Promise.all([server.close(), slack.upstream.close()]);
    },
  };
}
