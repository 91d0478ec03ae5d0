import { describe, expect, test } from '@jest/globals';
import { askingForPages, mostPages } from '../../shared/aws/pages.ts';

async function* turning(...tokens: readonly unknown[]) {
  for (const NextToken of tokens) yield { NextToken };
}

describe('pages', () => {
  test('are all of them, whatever the last one calls its end', async () => {
    for (const end of [undefined, null, '']) {
      expect(await askingForPages('config:Ask', turning('a', 'b', end))).toHaveLength(3);
    }
  });

  test.each([
    ['leads back to a page that was there before', ['a', 'b', 'a']],
    ['names the next page by what is no text', ['a', { b: 1 }]],
  ])('are refused when an answer %s', async (how, tokens) => {
    await expect(askingForPages('config:Ask', turning(...tokens))).rejects.toMatchObject({
      code: 'aws-answer-unexpected',
      fact: `The answer to config:Ask ${how}.`,
    });
  });

  test("are refused when IAM's markers go round in a circle", async () => {
    async function* users() {
      for (const Marker of ['a', 'a']) yield { Marker };
    }
    await expect(askingForPages('iam:ListUsers', users())).rejects.toMatchObject({
      code: 'aws-answer-unexpected',
    });
  });

  test('are refused when they have no end', async () => {
    let asked = 0;
    async function* endless() {
      for (;;) {
        asked += 1;
        yield { NextToken: String(asked) };
      }
    }
    await expect(askingForPages('config:Ask', endless())).rejects.toThrow(`no end after ${mostPages} pages`);
    expect(asked).toBe(mostPages);
  });
});
