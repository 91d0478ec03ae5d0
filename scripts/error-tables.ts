import { remedies } from '../shared/errors.ts';
import { table } from './tables.ts';

/** Headings, and how the codes under them begin. The first that fits holds; the last fits all. */
const groups: readonly { readonly title: string; readonly codes: RegExp }[] = [
  { title: 'AWS', codes: /^(aws|credential-report|iam|account)-/ },
  { title: 'AWS Config', codes: /^config-/ },
  { title: 'GitHub', codes: /^github-/ },
  { title: 'Slack', codes: /^(slack|members|member)-/ },
  { title: 'Setting up', codes: /^(environment|input|policy|region|repository|runner|server|trail-key)-/ },
  { title: 'A scan', codes: /^(findings|scan|user-gone|user-unknown|issue)/ },
  { title: 'Trails', codes: /^(trail|record|event)-/ },
  { title: 'Requests and approvals', codes: /-/ },
  { title: 'Anything else', codes: /^/ },
];

/** Every error that a person can meet, by what it is about, with what to do about it. */
export function errorTables(): string {
  const all = Object.entries(remedies);
  const byTitle = Map.groupBy(all, ([code]) => groups.find(({ codes }) => codes.test(code))?.title);
  return groups
    .flatMap(({ title }) => {
      const rows = byTitle.get(title) ?? [];
      if (rows.length === 0) return [];
      const cells = rows.map(([code, remedy]) => [`\`${code}\``, remedy]);
      return [`### ${title}`, table(['code', 'what to do'], cells)];
    })
    .join('\n\n');
}
