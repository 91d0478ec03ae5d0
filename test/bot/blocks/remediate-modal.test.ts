import { expect, test } from '@jest/globals';
import { readReason, readRemediateFields, remediateModal } from '../../../bot/blocks/remediate-modal.ts';
import { fields } from '../../../shared/slack/action-ids.ts';

const entered = (field: string, value: unknown) => ({ [field]: { [field]: value } });

const sent = {
  ...entered(fields.user, { value: ' ada ' }),
  ...entered(fields.account, { value: null }),
  ...entered(fields.mode, { selected_option: { value: 'strict' } }),
  ...entered(fields.reason, { value: 'old key\n' }),
};

test('reads what was sent', () => {
  expect(readRemediateFields(sent)).toEqual({ user: 'ada', account: '', mode: 'strict', reason: 'old key' });
  expect(readReason(sent)).toBe('old key');
});

test('reads empty fields as empty, and foreign modals as none', () => {
  const nothing = { type: 'plain_text_input' };
  const empty = {
    ...sent,
    ...entered(fields.user, nothing),
    ...entered(fields.account, { value: '123456789012' }),
    ...entered(fields.reason, nothing),
  };
  expect(readRemediateFields(empty)).toMatchObject({ user: '', account: '123456789012', reason: '' });
  expect(readReason(empty)).toBe('');
  for (const values of [undefined, {}, { ...sent, ...entered(fields.mode, { selected_option: null }) }]) {
    expect(readRemediateFields(values)).toBeUndefined();
  }
  expect(readReason(undefined)).toBe('');
});

test('has the name filled in when it is known', () => {
  expect(JSON.stringify(remediateModal('ada').blocks[0])).toContain('"initial_value":"ada"');
  expect(JSON.stringify(remediateModal().blocks[0])).not.toContain('initial_value');
});
