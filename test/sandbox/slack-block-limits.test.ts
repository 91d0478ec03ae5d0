import { describe, expect, test } from '@jest/globals';
import {
  charactersIn,
  describeProblem,
  findBlockProblems,
  findViewProblems,
} from '../../sandbox/slack/block-limits.ts';

const plain = (text: string) => ({ type: 'plain_text', text });
const section = (text: string) => ({ type: 'section', text: { type: 'mrkdwn', text } });
const button = (more: object = {}) => ({ type: 'button', text: plain('Go'), action_id: 'go', ...more });
const actions = (...elements: object[]) => ({ type: 'actions', elements });
const input = { type: 'input', label: plain('Why'), element: { type: 'plain_text_input', action_id: 'why' } };
const select = (options: number) => ({
  type: 'static_select',
  action_id: 'pick',
  options: Array.from({ length: options }, (_, index) => ({ text: plain('x'), value: String(index) })),
});
const many = <Value>(count: number, value: Value) => Array.from({ length: count }, () => value);
const found = (blocks: unknown, surface: 'message' | 'modal' = 'message') =>
  findBlockProblems(blocks, surface).map(describeProblem);

describe('blocks that Slack takes', () => {
  test.each([
    ['a section of 3,000 characters', [section('x'.repeat(3_000))]],
    ['a header of 150', [{ type: 'header', text: plain('x'.repeat(150)) }]],
    ['50 blocks', many(50, { type: 'divider' })],
    ['a button with a value of 2,000', [actions(button({ value: 'x'.repeat(2_000), style: 'danger' }))]],
    [
      '25 elements',
      [actions(...Array.from({ length: 25 }, (_, index) => button({ action_id: `b${index}` })))],
    ],
    ['a menu of 100 options', [actions(select(100))]],
    ['ten fields', [{ type: 'section', fields: many(10, plain('x'.repeat(1_000))) }]],
    ['markdown', [{ type: 'markdown', text: 'x'.repeat(12_000) }]],
    ['13,200 characters', [...many(4, section('x'.repeat(3_000))), section('x'.repeat(1_200))]],
    ['an input', [input]],
  ])('%s', (_name, blocks) => {
    expect(found(blocks)).toEqual([]);
  });
});

describe('blocks that Slack refuses', () => {
  test.each([
    [
      '51 blocks',
      many(51, { type: 'divider' }),
      ['[ERROR] no more than 50 items allowed [json-pointer:/blocks]'],
    ],
    [
      'a section of 3,001 characters',
      [section('x'.repeat(3_001))],
      ['[ERROR] must be less than 3001 characters [json-pointer:/blocks/0/text/text]'],
    ],
    [
      'a section of nothing',
      [section('')],
      ['[ERROR] must be more than 0 characters [json-pointer:/blocks/0/text/text]'],
    ],
    [
      'a section without text',
      [{ type: 'section' }],
      ['[ERROR] missing required field: text [json-pointer:/blocks/0/text]'],
    ],
    [
      'a button value of 2,001',
      [actions(button({ value: 'x'.repeat(2_001) }))],
      ['[ERROR] must be less than 2001 characters [json-pointer:/blocks/0/elements/0/value]'],
    ],
    [
      'a label of 76 characters',
      [actions(button({ text: plain('x'.repeat(76)) }))],
      ['[ERROR] must be less than 76 characters [json-pointer:/blocks/0/elements/0/text/text]'],
    ],
    [
      'a property that there is not',
      [{ ...section('x'), colour: 'red' }],
      ['[ERROR] invalid additional property: colour [json-pointer:/blocks/0]'],
    ],
    [
      'a type that there is not',
      [{ type: 'blink' }],
      ['[ERROR] unsupported type [json-pointer:/blocks/0/type]'],
    ],
    ['no elements', [actions()], ['[ERROR] must provide at least 1 item [json-pointer:/blocks/0/elements]']],
    [
      '101 options',
      [actions(select(101))],
      ['[ERROR] no more than 100 items allowed [json-pointer:/blocks/0/elements/0/options]'],
    ],
    [
      'a menu without options',
      [actions({ type: 'static_select', action_id: 'pick' })],
      ['[ERROR] missing required field: options [json-pointer:/blocks/0/elements/0/options]'],
    ],
    [
      'the same block id twice',
      many(2, { type: 'divider', block_id: 'one' }),
      ['[ERROR] `block_id` already exists: one [json-pointer:/blocks/1/block_id]'],
    ],
    [
      'the same action id twice in a block',
      [actions(button(), button())],
      ['[ERROR] `action_id` already exists: go [json-pointer:/blocks/0/elements/1/action_id]'],
    ],
    [
      'more than 13,200 characters in all',
      many(5, section('x'.repeat(2_700))),
      ['[ERROR] msg_blocks_too_long: 13500 characters [json-pointer:/blocks]'],
    ],
    ['no list', 'x', ['[ERROR] Invalid input: expected array, received string [json-pointer:/blocks]']],
    ['no block', ['x'], ['[ERROR] Invalid input: expected object, received string [json-pointer:/blocks/0]']],
  ])('%s', (_name, blocks, problems) => {
    expect(found(blocks)).toEqual(problems);
  });

  test('markdown belongs in messages alone, and a modal takes 100 blocks', () => {
    expect(found([{ type: 'markdown', text: 'x' }], 'modal')).toHaveLength(1);
    expect(found(many(100, { type: 'divider' }), 'modal')).toEqual([]);
    expect(found(many(101, { type: 'divider' }), 'modal')).toHaveLength(1);
    expect(found(many(20, section('x'.repeat(3_000))), 'modal')).toEqual([]);
  });
});

describe('modals', () => {
  const modal = { type: 'modal', title: plain('Title'), blocks: [section('x')] };
  const problems = (change: object) => findViewProblems({ ...modal, ...change }).map(describeProblem);

  test.each([
    ['as they should be', {}, []],
    ['with an input and a submit', { blocks: [input], submit: plain('Go') }, []],
    [
      'with a title of 25',
      { title: plain('x'.repeat(25)) },
      ['[ERROR] must be less than 25 characters [json-pointer:/view/title/text]'],
    ],
    [
      'with metadata of 3,001',
      { private_metadata: 'x'.repeat(3_001) },
      ['[ERROR] must be less than 3001 characters [json-pointer:/view/private_metadata]'],
    ],
    [
      'with an input and no submit',
      { blocks: [input] },
      ['[ERROR] missing required field: submit [json-pointer:/view/submit]'],
    ],
    [
      'with blocks too long',
      { blocks: [section('x'.repeat(3_001))] },
      ['[ERROR] must be less than 3001 characters [json-pointer:/view/blocks/0/text/text]'],
    ],
  ])('%s', (_name, change, expected) => {
    expect(problems(change)).toEqual(expected);
  });

  test('that are none', () => {
    expect(findViewProblems('x')).toHaveLength(1);
  });
});

test('characters are counted wherever people see them', () => {
  expect(charactersIn([section('abc'), actions(button())])).toBe(5);
});
