import { Body, Controller, Param, Query } from '@nestjs/common';
import { PageQuery, pageOf, type Page } from '../http/keyset.js';
import { control, Route } from '../http/route.js';
import { UuidPipe } from '../http/uuid.pipe.js';
import { ApiClient, ApiClientWithSecret, CreateApiClient } from './api-client.dto.js';
import { ApiClientService } from './api-client.service.js';
import { CurrentCaller, type SignedIn } from './signed-in.js';

const client = {
  id: '7b7f0d0c-6f0e-4a5f-8a8e-0b7a3c524d33',
  name: 'Leaflet planner',
  scopes: ['elector.read'],
  createdAt: '2026-02-20T21:14:03.512Z',
};
const withSecret = { ...client, clientSecret: 'Zp2mV3v0cJq7m0n3sQw1yTgk5b8uLhXoRdEa9fIjK4M' };

@Controller()
export class ApiClientController {
  constructor(private readonly clients: ApiClientService) {}

  @Route({
    method: 'POST',
    path: '/v1/api-clients',
    reach: control,
    action: 'api-client.manage',
    stepUp: true,
    summary: 'Register a program that uses the API',
    status: 201,
    idempotent: true,
    request: CreateApiClient,
    response: ApiClientWithSecret,
    problems: ['mfa-required'],
    example: { request: { name: client.name, scopes: client.scopes }, response: withSecret },
  })
  create(@CurrentCaller() caller: SignedIn, @Body() create: CreateApiClient): Promise<ApiClientWithSecret> {
    return this.clients.create(caller, create);
  }

  @Route({
    method: 'GET',
    path: '/v1/api-clients',
    reach: control,
    action: 'api-client.read',
    summary: 'The programs that may use the API',
    query: PageQuery,
    response: pageOf(ApiClient, 'ApiClientPage'),
    problems: ['mfa-required'],
    example: { response: { items: [client], next: null } },
  })
  list(@CurrentCaller() caller: SignedIn, @Query() query: PageQuery): Promise<Page<ApiClient>> {
    return this.clients.list(caller, query);
  }

  @Route({
    method: 'POST',
    path: '/v1/api-clients/:id/rotate-secret',
    reach: control,
    action: 'api-client.manage',
    stepUp: true,
    urgent: true,
    summary: 'Give a program a new secret; the old one and its sessions end at once',
    response: ApiClientWithSecret,
    problems: ['mfa-required'],
    example: { response: withSecret },
  })
  rotateSecret(
    @CurrentCaller() caller: SignedIn,
    @Param('id', UuidPipe) id: string,
  ): Promise<ApiClientWithSecret> {
    return this.clients.rotateSecret(caller, id);
  }

  @Route({
    method: 'DELETE',
    path: '/v1/api-clients/:id',
    reach: control,
    action: 'api-client.manage',
    stepUp: true,
    urgent: true,
    summary: 'Close a program’s account',
    response: 'none',
    problems: ['mfa-required'],
  })
  close(@CurrentCaller() caller: SignedIn, @Param('id', UuidPipe) id: string): Promise<void> {
    return this.clients.close(caller, id);
  }
}
