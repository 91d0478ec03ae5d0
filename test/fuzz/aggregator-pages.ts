import fc from 'fast-check';
import type { Aggregator } from '../../shared/aws/aggregator.ts';
import { parseJson } from '../../shared/trail/parse-json.ts';
import { isRecord } from '../../shared/trust-boundaries.ts';
import { rule } from '../aws/stand-in.ts';
import type { ConfigStandIn } from './config-stand-in.ts';
import { mutatedJson, mutatedText } from './mutations.ts';

export type Pages = readonly unknown[];
type PagesFor = Pages | ((input: Readonly<Record<string, unknown>>) => Pages);

/** The rows as a query's pages: whole, mutated as JSON, or as text. */
export function rowPages(rows: readonly object[]): fc.Arbitrary<Pages> {
  const texts = rows.map((row) =>
    fc.oneof(
      { weight: 3, arbitrary: fc.constant(JSON.stringify(row)) },
      mutatedJson(row).map((value) => JSON.stringify(value) ?? ''),
      { weight: 1, arbitrary: rarely(mutatedText(JSON.stringify(row)), JSON.stringify(row)) },
    ),
  );
  return fc.tuple(...texts).chain((some) => pagesOf('Results', some, false));
}

/** A text that is no JSON ends most runs, so that little would be tried behind it. */
function rarely(odd: fc.Arbitrary<string>, whole: string): fc.Arbitrary<string> {
  return fc.tuple(odd, fc.nat({ max: 4 })).map(([text, luck]) => (luck === 0 ? text : whole));
}

/** Entries of an answer on up to three pages, any of which may be odd, or lead anywhere. */
export function pagesOf(member: string, entries: readonly unknown[], isMutated = true): fc.Arbitrary<Pages> {
  const cut = fc.nat({ max: entries.length });
  return fc.tuple(cut, cut).chain(([one, other]) => {
    const [first, second] = [Math.min(one, other), Math.max(one, other)];
    const parts = [entries.slice(0, first), entries.slice(first, second), entries.slice(second)];
    const pages = parts.map((part, index) => {
      const page = { [member]: part, ...(index < 2 && { NextToken: String(index + 1) }) };
      const led = fc
        .constantFrom('0', '1', '2', 'x', '', null, 5, {})
        .map((NextToken) => ({ ...page, NextToken }));
      return fc.oneof(
        { weight: 12, arbitrary: isMutated ? mutatedJson(page) : fc.constant<unknown>(page) },
        { weight: 1, arbitrary: mutatedJson(page) },
        { weight: 1, arbitrary: led },
      );
    });
    return fc.tuple(...pages);
  });
}

let cases = 0;

/**
 * Lets AWS Config answer by these pages, and tells afterwards what it said. Each case has an aggregator of its own: one
 * that was refused may leave requests behind, which are not to be taken for the next one's.
 */
export function serve(standIn: ConfigStandIn, pagesByOperation: Readonly<Record<string, PagesFor>>) {
  const said: unknown[] = [];
  cases += 1;
  const name = `org-${cases}`;
  const aggregator: Aggregator = {
    config: standIn.config,
    name,
    ruleName: rule.name,
    region: rule.region,
  };
  const answers = Object.entries(pagesByOperation).map(([operation, pagesFor]) => {
    const answer = (input: Readonly<Record<string, unknown>>) => {
      if (input['ConfigurationAggregatorName'] !== name) return {};
      const pages = typeof pagesFor === 'function' ? pagesFor(input) : pagesFor;
      const page = pages[Number(input['NextToken'] ?? 0)] ?? {};
      // As it is when it has gone through JSON.
      said.push(parseJson(JSON.stringify(page)));
      return page;
    };
    return [operation, answer] as const;
  });
  standIn.answer(Object.fromEntries(answers));
  const entries = (member: string): unknown[] =>
    said.flatMap((page) => {
      const found = isRecord(page) ? page[member] : undefined;
      return Array.isArray(found) ? found : [];
    });
  return {
    aggregator,
    entries,
    rows: () => entries('Results').flatMap((text) => (typeof text === 'string' ? [parseJson(text)] : [])),
  };
}

/** What rows say, read with none of the product's code: everything that may not be hidden. */
export function claimedVerdicts(rows: readonly unknown[]): { accountId: string; userId: unknown }[] {
  return rows.filter(isRecord).flatMap(({ accountId, awsRegion, configuration }) => {
    if (!isAccount(accountId) || isElsewhere(awsRegion) || !isRecord(configuration)) return [];
    const { configRuleList, targetResourceId: userId } = configuration;
    const list: unknown[] = Array.isArray(configRuleList) ? configRuleList : [];
    const isNamed = list
      .filter(isRecord)
      .some((one) => one['configRuleName'] === rule.name && one['complianceType'] === 'NON_COMPLIANT');
    return isNamed ? [{ accountId, userId }] : [];
  });
}

export function claimedResults(entries: readonly unknown[]): { accountId: string; least: number }[] {
  return entries.filter(isRecord).flatMap(({ AccountId, ConfigRuleName, Compliance }) => {
    if (!isAccount(AccountId) || ConfigRuleName !== rule.name || !isRecord(Compliance)) return [];
    if (Compliance['ComplianceType'] !== 'NON_COMPLIANT') return [];
    const counts = Compliance['ComplianceContributorCount'];
    const count = isRecord(counts) ? counts['CappedCount'] : undefined;
    return [{ accountId: AccountId, least: typeof count === 'number' ? Math.max(1, count) : 1 }];
  });
}

export function claimedUsers(rows: readonly unknown[]) {
  return rows.filter(isRecord).flatMap((row) => {
    const { accountId, awsRegion, resourceId: userId, resourceName: name, arn } = row;
    if (!isAccount(accountId) || isElsewhere(awsRegion)) return [];
    if (typeof userId !== 'string' || typeof name !== 'string' || typeof arn !== 'string') return [];
    const captured = row['configurationItemCaptureTime'];
    const moment =
      typeof captured === 'string' && /^\d{4}-\d\d-\d\d/.test(captured) ? Date.parse(captured) : 0;
    return [{ accountId, userId, name, capturedAt: Number.isNaN(moment) ? 0 : moment }];
  });
}

function isAccount(value: unknown): value is string {
  return typeof value === 'string' && /^\d{12}$/.test(value);
}

function isElsewhere(region: unknown): boolean {
  return typeof region === 'string' && region !== rule.region && region !== 'global';
}
