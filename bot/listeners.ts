import type {
  App,
  BlockAction,
  ButtonAction,
  RespondFn,
  SlackActionMiddlewareArgs,
  SlackCommandMiddlewareArgs,
  SlackViewMiddlewareArgs,
  ViewSubmitAction,
} from '@slack/bolt';
import { actionIds, buttonsOf, callbackIds } from '../shared/slack/action-ids.ts';
import type { Message } from '../shared/slack/message.ts';
import { plain } from '../shared/slack/mrkdwn.ts';
import { openApproval, submitApproval } from './actions/approval.ts';
import {
  chooseAccount,
  openBulkApproval,
  openBulkDenial,
  stop,
  submitBulkApproval,
  submitBulkDenial,
} from './actions/bulk.ts';
import { choose, remediate, requestStrict, review, turnPage } from './actions/buttons.ts';
import type { Click, Submission } from './actions/click.ts';
import { openDenial, submitDenial } from './actions/denial.ts';
import { inModal } from './actions/dialog.ts';
import {
  openRemediation,
  readRemediation,
  remediationTitle,
  submitRemediation,
} from './actions/remediation.ts';
import { answer } from './blocks/answer.ts';
import { approvalTitle } from './blocks/approval-modal.ts';
import { denialTitle } from './blocks/deny-modal.ts';
import { recordingModal } from './blocks/modal.ts';
import type { Bot } from './bot.ts';
import { type Command, parseCommand } from './commands/grammar.ts';
import { runCommand } from './commands/run-command.ts';
import { ephemeral, type Place, replacing } from './reply.ts';
import { actorOf, attend, type Visit } from './visit.ts';

/** All that the bot listens to. Each listener acknowledges at once and works afterwards. */
export function listenTo(app: App, bot: Bot): void {
  listenToCommands(app, bot);
  listenToButtons(app, bot);
  listenToModals(app, bot);
}

function listenToCommands(app: App, bot: Bot): void {
  app.command('/keys', async ({ ack, body, respond }) => {
    await ack();
    const visit = commandVisit(bot, body, respond);
    const parsed = parseCommand(body.text);
    if (!parsed.ok) {
      attend(bot, visit, async () => answer(plain(parsed.problem)));
    } else if (asksForDialog(parsed.command)) {
      openRemediation(bot, visit, body.trigger_id);
    } else {
      attend(bot, visit, () => runCommand(bot, visit, parsed.command, body.text));
    }
  });
}

/** `/keys remediate` alone. */
function asksForDialog({ name, user, all }: Command): boolean {
  return name === 'remediate' && user === undefined && !all;
}

function listenToButtons(app: App, bot: Bot): void {
  const onClick = (actionId: string, handle: (click: Click) => void): void => {
    app.action(
      buttonsOf(actionId),
      async ({ ack, body, action, respond }: SlackActionMiddlewareArgs<BlockAction<ButtonAction>>) => {
        await ack();
        handle(clickOf(bot, body, action, respond));
      },
    );
  };
  const answering = (work: (bot: Bot, click: Click) => Promise<Message | undefined>) => (click: Click) =>
    attend(bot, click, () => work(bot, click));

  onClick(actionIds.openApproval, (click) => openApproval(bot, click));
  onClick(actionIds.openDenial, (click) => openDenial(bot, click));
  onClick(actionIds.requestStrict, answering(requestStrict));
  onClick(actionIds.review, answering(review));
  onClick(actionIds.remediateRunbook, answering(remediate('runbook')));
  onClick(actionIds.remediateStrict, answering(remediate('strict')));
  onClick(actionIds.listPage, answering(turnPage));
  onClick(actionIds.choose, answering(choose));
  onClick(actionIds.chooseAccount, answering(chooseAccount));
  onClick(actionIds.openBulkApproval, (click) => openBulkApproval(bot, click));
  onClick(actionIds.openBulkDenial, (click) => openBulkDenial(bot, click));
  onClick(actionIds.stopBulk, answering(stop));
}

function listenToModals(app: App, bot: Bot): void {
  type Args = SlackViewMiddlewareArgs<ViewSubmitAction>;
  const acknowledge = ({ ack }: Args, title: string) =>
    ack({ response_action: 'update', view: recordingModal(title) });

  const onSubmit = (
    callbackId: string,
    title: string,
    work: (bot: Bot, submission: Submission) => Promise<Message>,
  ): void => {
    app.view({ callback_id: callbackId, type: 'view_submission' }, async (args: Args) => {
      await acknowledge(args, title);
      const submission = submissionOf(bot, args.body, title);
      attend(bot, submission, () => work(bot, submission));
    });
  };
  onSubmit(callbackIds.approve, approvalTitle, submitApproval);
  onSubmit(callbackIds.deny, denialTitle, submitDenial);
  onSubmit(callbackIds.approveBulk, approvalTitle, submitBulkApproval);
  onSubmit(callbackIds.denyBulk, denialTitle, submitBulkDenial);

  app.view({ callback_id: callbackIds.remediate, type: 'view_submission' }, async (args: Args) => {
    const read = readRemediation(args.view.state.values);
    if (!read.ok) {
      await args.ack({ response_action: 'errors', errors: read.errors });
      return;
    }
    await acknowledge(args, remediationTitle);
    const submission = submissionOf(bot, args.body, remediationTitle);
    attend(bot, submission, () => submitRemediation(bot, submission, read.command));
  });
}

function commandVisit(bot: Bot, body: SlackCommandMiddlewareArgs['body'], respond: RespondFn): Visit {
  const { user_id: id, user_name: name, team_id: teamId, trigger_id: triggerId, channel_id } = body;
  const place: Place = { personId: id, channelId: channel_id, respond };
  return {
    person: actorOf(id, name),
    teamId,
    task: 'command',
    delivery: `command ${triggerId}`,
    tell: ephemeral(bot, place),
  };
}

function clickOf(bot: Bot, body: BlockAction, action: ButtonAction, respond: RespondFn): Click {
  const { user, team, channel, view, trigger_id: triggerId } = body;
  const place: Place = { personId: user.id, channelId: channel?.id, respond };
  // In a modal there is no response URL: the answer takes the place of what it shows.
  const inPlace = view && inModal(bot, view.id, view.title.text);
  return {
    person: actorOf(user.id, user.username),
    teamId: teamOf(user, team),
    task: action.action_id,
    delivery: `click ${triggerId}`,
    tell: inPlace ?? ephemeral(bot, place),
    replace: inPlace ?? replacing(bot, place),
    value: action.value,
    triggerId,
  };
}

function submissionOf(bot: Bot, { user, team, view }: ViewSubmitAction, title: string): Submission {
  return {
    person: actorOf(user.id, user.name),
    teamId: teamOf(user, team),
    task: view.callback_id,
    delivery: `view ${view.id}`,
    tell: inModal(bot, view.id, title),
    viewId: view.id,
    metadata: view.private_metadata,
    values: view.state.values,
  };
}

interface Team {
  readonly id: string;
}

/** The person's own workspace; in a shared channel it may be another than the one where they pressed the button. */
function teamOf(user: { readonly team_id?: string }, team: Team | null): string | undefined {
  return user.team_id ?? team?.id;
}
