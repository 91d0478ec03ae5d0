/**
 * The only file with type assertions. Each one stands behind a guard that makes it true.
 */

/** Whether `value` is an object whose properties may be read (not null, not an array). */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
