import { isRecord } from '../../shared/trust-boundaries.ts';
import { type Answer, type Request, refusal } from './exchange.ts';
import type { Person } from './people.ts';

/** What rules depend on. */
export interface House {
  readonly people: ReadonlyMap<string, Person>;
  readonly private: boolean;
  issuesEnabled: boolean;
}

const longestBody = 65_536;
const longestTitle = 256;
const openToReaders = /^POST \/repos\/[^/]+\/[^/]+\/issues(\/\d+\/comments)?$/;

function refuseAccess({ method, path, person }: Request, house: House): Answer | undefined {
  if (!path.startsWith('/repos/')) return undefined;
  if (person.access === 'none' && house.private) return refusal(404, 'Not Found');
  const aboutIssues = /^\/repos\/[^/]+\/[^/]+\/issues/.test(path);
  if (aboutIssues && person.access === 'no-issues') {
    const needed = { 'x-accepted-github-permissions': method === 'GET' ? 'issues=read' : 'issues=write' };
    return refusal(403, 'Resource not accessible by integration', undefined, needed);
  }
  if (aboutIssues && !house.issuesEnabled)
    return refusal(410, 'Issues has been disabled in this repository.');
  if (method === 'GET' || person.access === 'write' || openToReaders.test(`${method} ${path}`))
    return undefined;
  return refusal(403, 'Must have admin rights to Repository.');
}

function invalid(resource: string, field: string, message: string): Answer {
  return refusal(422, 'Validation Failed', [{ resource, code: 'custom', field, message }]);
}

function refuseContent({ path, body }: Request, { people }: House): Answer | undefined {
  if (!isRecord(body) || path.includes('/contents/')) return undefined;
  const { body: text, title, assignees } = body;
  const resource = path.includes('/comments') ? 'IssueComment' : 'Issue';
  if (typeof text === 'string' && text.length > longestBody) {
    return invalid(resource, 'body', `body is too long (maximum is ${longestBody} characters)`);
  }
  if (typeof title === 'string' && title.length > longestTitle) {
    return invalid(resource, 'title', `title is too long (maximum is ${longestTitle} characters)`);
  }
  const stranger = Array.isArray(assignees) && assignees.find((login) => !people.has(String(login)));
  if (!stranger) return undefined;
  return refusal(422, 'Validation Failed', [
    { value: stranger, resource, field: 'assignees', code: 'invalid' },
  ]);
}

/** What GitHub refuses and `emulate` does not: `undefined` when it may pass. */
export function refuse(request: Request, house: House): Answer | undefined {
  return refuseAccess(request, house) ?? refuseContent(request, house);
}

/** GitHub drops labels and assignees of people without push access, and says nothing. */
export function withoutDroppedFields(request: Request): Request {
  if (request.person.access === 'write' || !isRecord(request.body)) return request;
  const { labels: _labels, assignees: _assignees, ...body } = request.body;
  return { ...request, body };
}
