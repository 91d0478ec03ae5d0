/**
 * A moment as ISO-8601 UTC with whole seconds, such as `2026-01-31T09:00:00Z`: the one form in which dates of
 * IAM (seconds), the credential report (`+00:00`) and Config (milliseconds) can be compared.
 */
export function wholeSeconds(moment: Date): string {
  return `${moment.toISOString().slice(0, 19)}Z`;
}

/** The month of a moment in UTC, such as `2026-01`. */
export function monthOf(moment: Date): string {
  return moment.toISOString().slice(0, 7);
}

/** The moment that a text of AWS names; absent for `N/A`, `no_information` and all else that is no date. */
export function parseMoment(text: string | undefined): Date | undefined {
  // Date reads a bare number as a year; every date of AWS has at least year, month and day.
  if (text === undefined || !/^\d{4}-\d{2}-\d{2}/.test(text)) return undefined;
  const moment = new Date(text);
  return Number.isNaN(+moment) ? undefined : moment;
}
