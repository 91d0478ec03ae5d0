import { describe, expect, test } from '@jest/globals';
import { elementsOf, isEmpty, stateOf } from '../../sandbox/slack/elements.ts';

const options = ['a', 'b'].map((value) => ({ value }));
const [a, b] = options;

describe('the state of an element', () => {
  test.each([
    [{ type: 'button' }, undefined, { type: 'button', value: null }],
    [{ type: 'plain_text_input' }, 'x', { type: 'plain_text_input', value: 'x' }],
    [{ type: 'plain_text_input', initial_value: 'y' }, undefined, { type: 'plain_text_input', value: 'y' }],
    [{ type: 'checkboxes', options }, ['a', 'b'], { type: 'checkboxes', selected_options: [a, b] }],
    [{ type: 'checkboxes', options }, undefined, { type: 'checkboxes', selected_options: [] }],
    [
      { type: 'multi_static_select', options, initial_options: [{ value: 'b' }] },
      undefined,
      { type: 'multi_static_select', selected_options: [b] },
    ],
    [
      { type: 'static_select', option_groups: [{ options }] },
      'b',
      { type: 'static_select', selected_option: b },
    ],
    [{ type: 'overflow', options }, undefined, { type: 'overflow', selected_option: null }],
    [{ type: 'users_select' }, 'U1', { type: 'users_select', selected_user: 'U1' }],
    [
      { type: 'datepicker', initial_date: '2026-03-01' },
      undefined,
      { type: 'datepicker', selected_date: '2026-03-01' },
    ],
  ])('%j with %j', (element, input, state) => {
    expect(stateOf(element, input)).toEqual(state);
  });

  test.each([
    [{ type: 'plain_text_input', value: '' }, true],
    [{ type: 'plain_text_input', value: null }, true],
    [{ type: 'checkboxes', selected_options: [] }, true],
    [{ type: 'checkboxes', selected_options: [a] }, false],
    [{ type: 'plain_text_input', value: 'x' }, false],
  ])('%j is empty: %s', (state, expected) => {
    expect(isEmpty(state)).toBe(expected);
  });
});

test('elements are found wherever they stand, if they have an action id', () => {
  const element = (action_id: string) => ({ type: 'button', action_id });
  const found = elementsOf([
    { type: 'actions', block_id: 'b1', elements: [element('one'), { type: 'button' }] },
    { type: 'actions' },
    { type: 'section', accessory: element('two') },
    { type: 'context', elements: [element('none')] },
    { type: 'input', block_id: 'b2', element: element('three') },
    { type: 'input', element: element('four'), optional: true },
  ]);
  expect(
    found.map(({ blockId, element: { action_id }, isRequired }) => [blockId, action_id, isRequired]),
  ).toEqual([
    ['b1', 'one', false],
    ['', 'two', false],
    ['b2', 'three', true],
    ['', 'four', false],
  ]);
});
