import { describe, expect, test } from '@jest/globals';
import { admit } from '../../sandbox/page/guard.ts';

const host = '127.0.0.1:4321';
const ask = (target: string, headers: Record<string, string> = {}) =>
  admit({ target, headers: { host, ...headers } }, 'secret', host);

describe('admit', () => {
  test.each([
    ['/secret/', '/'],
    ['/secret/act', '/act'],
    ['/secret/events?x=1', '/events'],
  ])('%s: admitted, without the token', (target, path) => {
    expect(ask(target)).toEqual({ kind: 'admitted', path });
  });

  test.each(['/', '/secret', '/secre/', '/secrets/', '/SECRET/', '/act', '//secret/', '/?secret/', ''])(
    '%j: there is no such page',
    (target) => {
      expect(ask(target)).toEqual({ kind: 'refused', status: 404 });
    },
  );

  test.each(['localhost:4321', 'evil.example', '127.0.0.1:80', ''])('the host %j is refused', (other) => {
    expect(ask('/secret/', { host: other })).toEqual({ kind: 'refused', status: 403 });
  });

  test('a page from elsewhere is refused, this one is not', () => {
    expect(ask('/secret/act', { origin: 'https://evil.example' })).toMatchObject({ kind: 'refused' });
    expect(ask('/secret/act', { origin: `http://${host}` })).toMatchObject({ kind: 'admitted' });
  });
});
