import type { RequestListener } from 'node:http';
import { App, HTTPReceiver, type Receiver, SocketModeReceiver, type webApi } from '@slack/bolt';
import type { Bot } from './bot.ts';
import type { SlackConnection } from './environment.ts';
import { listenTo } from './listeners.ts';
import { type Log, slackLogger } from './log.ts';
import { askingSlack } from './slack-error.ts';

/** Who the bot is, as auth.test says. */
export interface Identity {
  readonly teamId: string;
  readonly botId: string;
  /** U…, as messages name it. */
  readonly botUserId: string;
}

export interface AppOptions {
  readonly connection: SlackConnection;
  readonly settings: webApi.WebClientOptions;
  /** For the request that opens a socket. */
  readonly socketSettings: webApi.WebClientOptions;
  readonly botToken: string;
  readonly identity: Identity;
  readonly log: Log;
}

/** How Slack's requests come in. */
export interface Reception {
  /** For the server, in HTTP mode. */
  readonly listener?: RequestListener;
  /** Begins to receive. */
  open(): Promise<void>;
  /** Receives nothing any more. */
  close(): Promise<void>;
}

/** Bolt, connected to the bot's listeners. */
export function createReception(bot: Bot, options: AppOptions): Reception {
  const { connection, socketSettings, log } = options;
  if (connection.kind === 'http') {
    const receiver = new HTTPReceiver({
      signingSecret: connection.signingSecret,
      endpoints: '/slack/events',
      logger: slackLogger(log),
    });
    createApp(bot, options, receiver);
    const nothing = async () => undefined;
    return { listener: receiver.requestListener, open: nothing, close: nothing };
  }
  const receiver = new SocketModeReceiver({
    appToken: connection.appToken,
    logger: slackLogger(log),
    // Where apps.connections.open is asked.
    installerOptions: { clientOptions: socketSettings },
  });
  createApp(bot, options, receiver);
  return {
    async open() {
      await askingSlack('open a socket', () => receiver.start());
    },
    close: () => receiver.stop(),
  };
}

function createApp(bot: Bot, { settings, botToken, identity, log }: AppOptions, receiver: Receiver): void {
  const { teamId, botId, botUserId } = identity;
  const app = new App({
    receiver,
    // The token was tested at the start; Bolt need not test it with every request.
    authorize: async () => ({ botToken, teamId, botId, botUserId }),
    clientOptions: settings,
    logger: slackLogger(log),
    // What is remembered stands on the trail.
    convoStore: false,
  });
  app.error(async (error) => log.error({ err: error }, 'a listener failed'));
  listenTo(app, bot);
}
