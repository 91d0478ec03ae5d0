import type { AccessKey } from '../keys/user-snapshot.ts';

export type LastUse = Pick<AccessKey, 'lastUsedAt' | 'lastUsedService' | 'lastUsedRegion'>;

/**
 * When and for what a key was last used. Without a date it was never used, whatever the names say: IAM and the
 * credential report then write `N/A`, as they do for the region of services that have none.
 */
export function lastUse(at: Date | undefined, service: string, region: string): LastUse {
  if (!at) return {};
  return {
    lastUsedAt: at,
    ...(isName(service) && { lastUsedService: service }),
    ...(isName(region) && { lastUsedRegion: region }),
  };
}

function isName(text: string): boolean {
  return text !== '' && text !== 'N/A';
}
