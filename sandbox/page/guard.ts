/** Who may ask the page's server: whoever has the address that was printed, from a page of this very server. */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

export interface Asked {
  /** As in the request line, with its query. */
  readonly target: string;
  readonly headers: IncomingHttpHeaders;
}

export type Admission =
  /** `path` without the token, from its slash on. */
  | { readonly kind: 'admitted'; readonly path: string }
  | { readonly kind: 'refused'; readonly status: 403 | 404 };

function isSame(one: string, other: string): boolean {
  const hash = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(hash(one), hash(other));
}

/**
 * The token is the first part of the path, so that every address on the page has it without a cookie or a script.
 * The header Host keeps out other names that lead here (DNS rebinding), Origin other pages that know the address.
 */
export function admit({ target, headers }: Asked, token: string, host: string): Admission {
  if (headers.host !== host) return { kind: 'refused', status: 403 };
  const { origin } = headers;
  if (origin !== undefined && origin !== `http://${host}`) return { kind: 'refused', status: 403 };
  const [, given = '', path = ''] = /^\/([^/?#]*)([^?#]*)/.exec(target) ?? [];
  return isSame(given, token) && path !== '' ? { kind: 'admitted', path } : { kind: 'refused', status: 404 };
}

/** Nothing inline, nothing from elsewhere, nobody around it; HTML gets in through the sanitiser's policy alone. */
export const securityHeaders: Readonly<Record<string, string>> = {
  'content-security-policy': [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    'trusted-types lit-html dompurify',
  ].join('; '),
  'cache-control': 'no-store',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
};
