import { App, HTTPReceiver, LogLevel, SocketModeReceiver } from '@slack/bolt';
import { ConsoleLogger } from '@slack/logger';
import type { SlackStandIn } from '../../sandbox/slack/start.ts';

/** The modal of the tests' bot; `step` tells the states of a submission apart. */
export function modalOf(step: string) {
  return {
    type: 'modal' as const,
    callback_id: 'why',
    private_metadata: step,
    notify_on_close: true,
    title: { type: 'plain_text' as const, text: `Step ${step}` },
    submit: { type: 'plain_text' as const, text: 'Go' },
    blocks: [
      {
        type: 'input' as const,
        block_id: 'reason',
        label: { type: 'plain_text' as const, text: 'Why' },
        element: { type: 'plain_text_input' as const, action_id: 'reason' },
      },
      {
        type: 'input' as const,
        block_id: 'mode',
        optional: true,
        label: { type: 'plain_text' as const, text: 'How' },
        element: {
          type: 'radio_buttons' as const,
          action_id: 'mode',
          options: ['runbook', 'strict'].map((value) => ({
            text: { type: 'plain_text' as const, text: value },
            value,
          })),
        },
      },
      {
        type: 'actions' as const,
        elements: [
          { type: 'button' as const, action_id: 'more', text: { type: 'plain_text' as const, text: 'More' } },
        ],
      },
    ],
  };
}

/** What reached the tests' bot, in order. */
export type Seen = { readonly kind: string; readonly body: unknown; readonly retry: number | undefined }[];

/** A small bot on the real Bolt: echoes commands, opens a modal for buttons, and notes everything. */
export async function startBot(slack: SlackStandIn, kind: 'http' | 'socket') {
  const clientOptions = { slackApiUrl: slack.url, retryConfig: { retries: 0 } };
  const logger = new ConsoleLogger();
  logger.setLevel(LogLevel.ERROR);
  logger.error = () => undefined;
  logger.warn = () => undefined;
  const http = new HTTPReceiver({ signingSecret: slack.signingSecret, logger });
  const receiver =
    kind === 'http'
      ? http
      : new SocketModeReceiver({
          appToken: slack.appToken,
          installerOptions: { clientOptions },
          clientPingTimeout: 300,
          logger,
        });
  const app = new App({
    token: slack.botToken,
    receiver,
    clientOptions,
    logger,
    deferInitialization: true,
  });
  await app.init();
  const seen: Seen = [];
  app.use(async ({ body, context, next }) => {
    seen.push({ kind: 'type' in body ? String(body.type) : 'command', body, retry: context.retryNum });
    await next();
  });
  app.command('/keys', async ({ command, ack, respond }) => {
    if (command.text === 'direct') return ack('in the ack');
    await ack();
    await respond({ text: `you said ${command.text}` });
  });
  app.action('approve', async ({ ack, body, client }) => {
    await ack();
    if ('trigger_id' in body) await client.views.open({ trigger_id: body.trigger_id, view: modalOf('1') });
  });
  app.action('more', async ({ ack, body, client }) => {
    await ack();
    if ('trigger_id' in body) await client.views.push({ trigger_id: body.trigger_id, view: modalOf('3') });
  });
  app.action('pick', ({ ack }) => ack());
  app.view('why', async ({ ack, view }) => {
    const reason = view.state.values['reason']?.['reason']?.value;
    if (reason === 'bad') return ack({ response_action: 'errors', errors: { reason: 'Say more' } });
    if (reason === 'next') return ack({ response_action: 'update', view: modalOf('2') });
    if (reason === 'push') return ack({ response_action: 'push', view: modalOf('4') });
    if (reason === 'all') return ack({ response_action: 'clear' });
    return ack();
  });
  app.view({ callback_id: 'why', type: 'view_closed' }, ({ ack }) => ack());
  app.error(async (error) => {
    seen.push({ kind: 'error', body: error.message, retry: undefined });
  });
  if (kind === 'http') {
    const server = await http.start(0);
    const address = server.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    slack.connect({ kind: 'http', url: `http://127.0.0.1:${port}/slack/events` });
  } else {
    await app.start();
  }
  const stop = async () => {
    await app.stop();
    // Bolt does not wait for its socket to close.
    await slack.sockets.left();
  };
  return { seen, stop };
}
