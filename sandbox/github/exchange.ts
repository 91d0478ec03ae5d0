import type { Person } from './people.ts';

/** One request to the GitHub API, with its JSON body parsed (`undefined` when it has none). */
export interface Request {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
  readonly person: Person;
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** JSON value, or text when the content type says so; `undefined`: no body. */
  readonly body: unknown;
  /** The connection is cut after half of the body. */
  readonly cutOff?: boolean;
}

/** GitHub's form of an error. */
export function refusal(
  status: number,
  message: string,
  errors?: readonly object[],
  headers: Readonly<Record<string, string>> = {},
): Answer {
  const body = { message, ...(errors && { errors }), documentation_url: 'https://docs.github.com/rest' };
  return { status, headers, body: { ...body, status: String(status) } };
}

/** The route in the documentation's notation, such as `POST /repos/{owner}/{repo}/issues/{issue_number}/comments`. */
export function routeOf(method: string, path: string): string {
  const template = path
    .replace(/^\/repos\/[^/]+\/[^/]+/, '/repos/{owner}/{repo}')
    .replace(/\/issues\/comments\/\d+/, '/issues/comments/{comment_id}')
    .replace(/\/issues\/\d+/, '/issues/{issue_number}')
    .replace(/\/labels\/[^/]+$/, '/labels/{name}')
    .replace(/\/contents\/.+$/, '/contents/{path}')
    .replace(/\/installations\/\d+/, '/installations/{installation_id}');
  return `${method} ${template}`;
}
