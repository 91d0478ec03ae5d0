/** Every output of action.yml, in its order. */
export const outputNames = [
  'non-compliant-count',
  'issues-opened',
  'issues-updated',
  'issues-closed',
  'findings',
] as const;

export type Outputs = Readonly<Record<(typeof outputNames)[number], string | number>>;
