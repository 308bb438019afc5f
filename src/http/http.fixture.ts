/** A tiny application on the real wiring, for the tests of this room. */
import { connect, type AddressInfo } from 'node:net';
import { Body, Controller, Module, Param, Query } from '@nestjs/common';
import { ApiProperty, ApiPropertyOptional, ApiSchema } from '@nestjs/swagger';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { Type } from 'class-transformer';
import { IsInt, IsOptional, IsString, ValidateNested } from 'class-validator';
import type { FastifyInstance } from 'fastify';
import type request from 'supertest';
import { ConfigModule } from '../config/config.module.js';
import { readEnvironment } from '../config/environment.js';
import { configureHttp, httpAdapter, nestOptions } from './create-app.js';
import { HttpModule } from './http.module.js';
import { PageQuery, decodeCursor, page, pageOf, type Page } from './keyset.js';
import { LOGGER, createLogger } from './logger.js';
import { Problem } from './problem.js';
import { Route, control, deposit, tool } from './route.js';
import { UuidPipe } from './uuid.pipe.js';

class PetalDto {
  @ApiProperty({ type: String })
  @IsString()
  colour!: string;
}

@ApiSchema({ name: 'NewFlower' })
export class NewFlowerDto {
  @ApiProperty({ type: String })
  @IsString()
  name!: string;

  @ApiPropertyOptional({ type: 'integer' })
  @IsOptional()
  @IsInt()
  height?: number;

  @ApiPropertyOptional({ type: [PetalDto] })
  @IsOptional()
  @ValidateNested({ each: true })
  @Type(() => PetalDto)
  petals?: PetalDto[];
}

@ApiSchema({ name: 'Flower' })
export class FlowerDto {
  @ApiProperty({ type: String })
  name!: string;
}

const FlowerPage = pageOf(FlowerDto, 'FlowerPage');

@Controller()
class FlowerController {
  @Route({
    method: 'GET',
    path: '/v1/flowers',
    reach: tool('organise'),
    action: 'member.read',
    summary: 'Flowers',
    query: PageQuery,
    response: FlowerPage,
  })
  list(@Query() query: PageQuery): Page<FlowerDto> {
    const after = decodeCursor(query.after, ['string']);
    const names = ['aster', 'lily', 'rose'].filter((name) => name > String(after?.[0] ?? ''));
    return page(
      names.map((name) => ({ name })),
      query.limit,
      ({ name }) => [name],
    );
  }

  @Route({
    method: 'POST',
    path: '/v1/flowers',
    reach: tool('organise'),
    action: 'member.read',
    summary: 'Plant a flower',
    request: NewFlowerDto,
    response: FlowerDto,
    status: 201,
    idempotent: true,
    bodyLimit: 2000,
    example: { request: { name: 'rose' }, response: { name: 'rose' } },
  })
  plant(@Body() flower: NewFlowerDto): FlowerDto {
    return { name: flower.name };
  }

  @Route({
    method: 'POST',
    path: '/v1/seeds',
    reach: deposit('organise'),
    action: 'none',
    status: 202,
    summary: 'Hand in seeds',
    request: NewFlowerDto,
    response: FlowerDto,
  })
  sow(@Body() flower: NewFlowerDto): FlowerDto {
    return { name: flower.name };
  }

  @Route({
    method: 'GET',
    path: '/v1/flowers/:id',
    reach: control,
    action: 'tool.read',
    summary: 'A flower',
    response: FlowerDto,
    etag: true,
  })
  show(@Param('id', UuidPipe) id: string): FlowerDto {
    if (id.startsWith('0')) throw new Error(`no row for person ${id}`);
    if (id.startsWith('1')) throw new Problem('conflict', { extensions: { status: 1, colour: 'red' } });
    if (id.startsWith('3'))
      throw Object.assign(new Error(`no such person ${id}`), { code: '22P02', notFitting: true });
    throw Object.assign(new Error('duplicate'), { sqlState: '23505' });
  }
}

@Module({ imports: [HttpModule], controllers: [FlowerController] })
export class FlowerModule {}

/** What the applications under test have logged. */
export const lines: string[] = [];
const env = readEnvironment({ NODE_ENV: 'test', LOG_LEVEL: 'silent', CORS_ORIGINS: 'https://app.example' });

/** An application on the real wiring, not yet initialised. */
export async function create(module: object, settings = env): Promise<NestFastifyApplication> {
  const testing = await Test.createTestingModule({ imports: [ConfigModule.with(settings), module as never] })
    .overrideProvider(LOGGER)
    .useValue(createLogger('info', { write: (line: string) => void lines.push(line) }))
    .compile();
  const app = testing.createNestApplication<NestFastifyApplication>(
    httpAdapter(settings),
    nestOptions(settings),
  );
  configureHttp(app);
  return app;
}

export const instanceOf = (app: NestFastifyApplication) =>
  app.getHttpAdapter().getInstance() as unknown as FastifyInstance;

/** Asserts the one shape every error has. */
export function expectProblem(response: request.Response, code: string, status: number): void {
  const body: unknown = response.body;
  expect(response.headers['content-type']).toMatch(/^application\/problem\+json/);
  expect(body).toMatchObject({ code, status, type: `/problems/${code}`, title: expect.any(String) });
  expect(response.status).toBe(status);
  expect((body as { instance: string }).instance).toBe(`urn:uuid:${response.headers['request-id']}`);
}

/** Sends bytes as they are and reads until the server closes. */
export function exchange(app: NestFastifyApplication, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const { port } = app.getHttpServer().address() as AddressInfo;
    const socket = connect(port, '127.0.0.1', () => socket.write(text, 'latin1'));
    let answer = '';
    socket.on('data', (chunk) => {
      answer += chunk.toString();
      socket.end();
    });
    socket.on('close', () => resolve(answer));
    socket.on('error', reject);
  });
}
