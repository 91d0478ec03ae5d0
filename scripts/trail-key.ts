/** Makes the bot's trail key: `npm run trail-key`. Nothing is written to disk. */
import { generateKeyPairSync } from 'node:crypto';
import { keyIdOf } from '../shared/trail/signature.ts';

const { privateKey, publicKey } = generateKeyPairSync('ed25519');
const privateText = privateKey.export({ format: 'der', type: 'pkcs8' }).toString('base64');
const publicText = publicKey.export({ format: 'der', type: 'spki' }).toString('base64');

process.stdout.write(`A new trail key, ${keyIdOf(publicKey)}.

1. Add the public key to the policy file (.github/keyturn.yml) and merge that first. When you replace a key, keep the
   old line: the trails that it signed are verified with it.

   trail:
     publicKeys:
       - ${publicText}

2. Give the private key to the bot alone, from your secret store. Whoever has it can approve anything: do not commit
   it, and do not give it to the Action, which only reads.

   KEYTURN_TRAIL_KEY=${privateText}
`);
