import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';

const manifest = join(import.meta.dirname, '..', '..', 'bot', 'manifest.yml');
const manifestSchema = z.object({
  oauth_config: z.object({ scopes: z.object({ bot: z.array(z.string()) }) }),
});

/** What the bot's token may do when the app is made from its manifest. */
export function manifestScopes(): readonly string[] {
  return manifestSchema.parse(parse(readFileSync(manifest, 'utf8'))).oauth_config.scopes.bot;
}
