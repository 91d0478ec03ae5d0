import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  actionIds,
  buttonsOf,
  callbackIds,
  decodeValue,
  encodeValue,
  fields,
} from '../../shared/slack/action-ids.ts';
import { digest, requestIdOf } from '../fakes/trail.ts';

describe('values', () => {
  test('are read as they were written', () => {
    const request = { issue: 7, requestId: requestIdOf(1) };
    expect(decodeValue('request', encodeValue('request', request))).toEqual(request);
    const approval = { ...request, digest };
    expect(decodeValue('approval', encodeValue('approval', approval))).toEqual(approval);
    expect(decodeValue('finding', encodeValue('finding', { issue: 7 }))).toEqual({ issue: 7 });
    const page = { page: 2, account: '123456789012' };
    expect(decodeValue('page', encodeValue('page', page))).toEqual(page);
    const choice = { issue: 7, text: 'show ada' };
    expect(decodeValue('choice', encodeValue('choice', choice))).toEqual(choice);
  });

  test.each([
    undefined,
    '',
    'null',
    '{',
    '{"issue":7}',
    '{"issue":-7,"requestId":"00000000-0000-4000-8000-000000000001"}',
    '{"issue":7,"requestId":"00000000-0000-4000-8000-000000000001","approver":"U0EVIL"}',
  ])('that Keyturn would not write are none: %p', (text) => {
    expect(decodeValue('request', text)).toBeUndefined();
  });

  test('of any kind make nobody throw', () => {
    fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), (text) => void decodeValue('approval', text)));
  });
});

test('every name is used once', () => {
  const names = [actionIds, callbackIds, fields].flatMap((group) => Object.values(group));
  expect(new Set(names).size).toBe(names.length);
});

test('a button is known by its id, with or without a number at its end', () => {
  const pages = buttonsOf(actionIds.listPage);
  expect(`${actionIds.listPage}_12`).toMatch(pages);
  expect(actionIds.listPage).toMatch(pages);
  expect(`${actionIds.listPage}_x`).not.toMatch(pages);
  expect(`${actionIds.choose}_12`).not.toMatch(pages);
});
