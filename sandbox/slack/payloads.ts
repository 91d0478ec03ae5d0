/** What Slack sends to an app: https://docs.slack.dev/reference/interaction-payloads */

import type { Payload } from './deliveries.ts';
import type { View } from './modals.ts';
import { appId, type Person, teamId } from './people.ts';

interface Common {
  readonly person: Person;
  /** Takes the place of the person's own team and of the workspace. */
  readonly teamId?: string;
  readonly triggerId: string;
}

export interface Place {
  readonly id: string;
  readonly name: string;
}

/** A slash command. */
export function commandPayload(
  { person, teamId: forged, triggerId }: Common,
  command: {
    readonly name: string;
    readonly text: string;
    readonly channel: Place;
    readonly responseUrl: string;
  },
): Payload {
  return {
    kind: 'command',
    fields: {
      token: 'deprecated',
      team_id: forged ?? person.teamId,
      team_domain: 'keyturn',
      channel_id: command.channel.id,
      channel_name: command.channel.name,
      user_id: person.id,
      user_name: person.name,
      command: command.name,
      text: command.text,
      api_app_id: appId,
      is_enterprise_install: 'false',
      response_url: command.responseUrl,
      trigger_id: triggerId,
    },
  };
}

function interaction({ person, teamId: forged, triggerId }: Common) {
  const user = { id: person.id, username: person.name, name: person.name, team_id: forged ?? person.teamId };
  return {
    user,
    api_app_id: appId,
    token: 'deprecated',
    team: { id: forged ?? teamId, domain: 'keyturn' },
    enterprise: null,
    is_enterprise_install: false,
    trigger_id: triggerId,
  };
}

/** An element that somebody has used. */
export interface Action {
  readonly type: string;
  readonly action_id: string;
  readonly block_id: string;
  readonly action_ts: string;
  readonly [field: string]: unknown;
}

/** A button or menu of a message, or of an ephemeral one (then Slack does not send the message along). */
export function messageActionPayload(
  common: Common,
  on: {
    readonly channel: Place;
    readonly ts: string;
    readonly responseUrl: string;
    readonly message?: object;
  },
  action: Action,
): Payload {
  const container = {
    type: 'message',
    message_ts: on.ts,
    channel_id: on.channel.id,
    is_ephemeral: on.message === undefined,
  };
  return {
    kind: 'interaction',
    fields: {
      type: 'block_actions',
      ...interaction(common),
      container,
      channel: on.channel,
      ...(on.message && { message: on.message }),
      state: { values: {} },
      response_url: on.responseUrl,
      actions: [action],
    },
  };
}

/** A button or menu of a modal. */
export function viewActionPayload(common: Common, view: View, action: Action): Payload {
  const container = { type: 'view', view_id: view.id };
  const fields = { type: 'block_actions', ...interaction(common), container, view, actions: [action] };
  return { kind: 'interaction', fields };
}

export function submissionPayload(common: Common, view: View, values: object): Payload {
  const submitted = { ...view, state: { values } };
  const fields = { type: 'view_submission', ...interaction(common), view: submitted, response_urls: [] };
  return { kind: 'interaction', fields };
}

export function closedPayload(common: Common, view: View): Payload {
  const { trigger_id: _none, ...rest } = interaction(common);
  return { kind: 'interaction', fields: { type: 'view_closed', ...rest, view, is_cleared: false } };
}
