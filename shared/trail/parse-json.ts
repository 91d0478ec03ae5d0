/** The value of a JSON text; `undefined`, which JSON cannot say, when it is none or there is no text. */
export function parseJson(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? '');
  } catch {
    return undefined;
  }
}
