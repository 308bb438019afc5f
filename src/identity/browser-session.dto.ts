import { OmitType } from '@nestjs/swagger';
import { SignIn, TokenSet } from './auth.dto.js';

export class BrowserSignIn extends OmitType(SignIn, ['clientId', 'clientSecret'] as const) {}

export class BrowserTokenSet extends OmitType(TokenSet, ['refreshToken'] as const) {}
