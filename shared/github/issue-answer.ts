import { z } from 'zod';
import type { IssueRecord } from '../findings/ports.ts';

const label = z.union([z.string(), z.object({ name: z.string() }).transform(({ name }) => name)]);

const issueSchema = z
  .object({
    number: z.number(),
    html_url: z.string(),
    title: z.string(),
    body: z.string().nullish(),
    state: z.enum(['open', 'closed']),
    labels: z.array(label),
    assignees: z.array(z.object({ login: z.string() })).nullish(),
    comments: z.number(),
    locked: z.boolean().nullish(),
    updated_at: z.iso.datetime({ offset: true }),
  })
  .transform(
    (answer): IssueRecord => ({
      number: answer.number,
      url: answer.html_url,
      title: answer.title,
      body: answer.body ?? '',
      state: answer.state,
      labels: answer.labels,
      assignees: (answer.assignees ?? []).map(({ login }) => login),
      comments: answer.comments,
      ...(answer.locked && { isLocked: true as const }),
      updatedAt: new Date(answer.updated_at),
    }),
  );

/** Throws a ZodError when it is not an issue as GitHub documents it. */
export function parseIssue(answer: unknown): IssueRecord {
  return issueSchema.parse(answer);
}

const entries = z.array(z.looseObject({ pull_request: z.unknown().optional() }));

/** The issues of a list, by number; GitHub lists pull requests among them. */
export function parseIssues(answer: unknown): IssueRecord[] {
  return entries
    .parse(answer)
    .filter((entry) => entry.pull_request === undefined || entry.pull_request === null)
    .map(parseIssue)
    .sort((one, other) => one.number - other.number);
}
