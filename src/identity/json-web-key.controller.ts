import { Controller } from '@nestjs/common';
import { open, Route } from '../http/route.js';
import { AccessTokenService } from './access-token.service.js';
import { PublicTokenKeys } from './json-web-key.dto.js';

@Controller()
export class JsonWebKeyController {
  constructor(private readonly accessTokens: AccessTokenService) {}

  @Route({
    method: 'GET',
    path: '/.well-known/jwks.json',
    reach: open,
    action: 'none',
    summary: 'The public keys that access tokens are signed with (RFC 7517)',
    description:
      'A valid signature says who signed in, not that the session still lives: only the API itself can tell.',
    tags: ['auth'],
    response: PublicTokenKeys,
    example: {
      response: {
        keys: [
          {
            kty: 'OKP',
            crv: 'Ed25519',
            x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo',
            kid: '1763780400000-3d1c7d1e',
            alg: 'EdDSA',
            use: 'sig',
          },
        ],
      },
    },
  })
  keys(): PublicTokenKeys {
    return { keys: this.accessTokens.publicKeys() };
  }
}
