import { z } from 'zod';
import { callbackIds, fields } from '../../shared/slack/action-ids.ts';
import { limits } from '../../shared/slack/limits.ts';
import { context, type Modal, plainText } from '../../shared/slack/message.ts';
import { md } from '../../shared/slack/mrkdwn.ts';
import { input, modal } from './modal.ts';

const modes = [
  {
    value: 'runbook',
    label: "Runbook: what AWS's document does",
    says: 'Goes by last use; may delete the password.',
  },
  { value: 'strict', label: 'Strict: every Active key over age', says: 'Used or not, and nothing else.' },
] as const;

/** Asks what `/keys remediate` was not told. `user` fills the field in. */
export function remediateModal(user?: string): Modal {
  return modal({
    title: 'Request a remediation',
    blocks: [
      input(fields.user, 'IAM user', {
        type: 'plain_text_input',
        action_id: fields.user,
        max_length: 64,
        ...(user !== undefined && { initial_value: user.slice(0, 64) }),
      }),
      input(
        fields.account,
        'Account, if the name exists in several',
        { type: 'plain_text_input', action_id: fields.account, min_length: 12, max_length: 12 },
        true,
      ),
      input(fields.mode, 'Remedy', {
        type: 'radio_buttons',
        action_id: fields.mode,
        options: modes.map(modeOption),
        initial_option: modeOption(modes[0]),
      }),
      input(
        fields.reason,
        'Why',
        { type: 'plain_text_input', action_id: fields.reason, multiline: true, max_length: limits.prose },
        true,
      ),
      context(md`Nothing is done yet: the request shows what exactly would happen, and others approve it.`),
    ],
    submit: { label: 'Request', callbackId: callbackIds.remediate },
  });
}

function modeOption({ value, label, says }: (typeof modes)[number]) {
  return {
    value,
    text: plainText(label, limits.optionText),
    description: plainText(says, limits.optionText),
  };
}

const written = z.object({ value: z.string().nullish() });
const stateSchema = z.object({
  [fields.user]: z.object({ [fields.user]: written }),
  [fields.account]: z.object({ [fields.account]: written }),
  [fields.mode]: z.object({
    [fields.mode]: z.object({ selected_option: z.object({ value: z.enum(['runbook', 'strict']) }) }),
  }),
  [fields.reason]: z.object({ [fields.reason]: written }),
});

/** What was sent, not yet judged. */
export interface RemediateFields {
  readonly user: string;
  /** Whatever was written; empty: nothing. */
  readonly account: string;
  readonly mode: 'runbook' | 'strict';
  readonly reason: string;
}

/** Reads `view.state.values`; undefined when they are not those of this modal. */
export function readRemediateFields(values: unknown): RemediateFields | undefined {
  const { data } = stateSchema.safeParse(values);
  if (!data) return undefined;
  return {
    user: data[fields.user][fields.user].value?.trim() ?? '',
    account: data[fields.account][fields.account].value?.trim() ?? '',
    mode: data[fields.mode][fields.mode].selected_option.value,
    reason: data[fields.reason][fields.reason].value?.trim() ?? '',
  };
}

const denialSchema = z.object({ [fields.reason]: z.object({ [fields.reason]: written }) });

/** The reason that was written into a modal; empty when there is none. */
export function readReason(values: unknown): string {
  return denialSchema.safeParse(values).data?.[fields.reason][fields.reason].value?.trim() ?? '';
}
