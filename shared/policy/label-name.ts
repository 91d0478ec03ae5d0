/**
 * Labels that people may choose for issues: at most 50 characters, GitHub's own limit, and neither `keyturn` nor one of
 * those that begin with `keyturn:`, in whatever case, because GitHub does not distinguish it. Spelled out, because the
 * JSON Schema for editors takes patterns without flags.
 */
export const chosenLabel = /^(?!\s*[Kk][Ee][Yy][Tt][Uu][Rr][Nn]\s*(:|$)).{1,50}$/;
