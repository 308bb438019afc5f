import { Body, Controller, Get, Module } from '@nestjs/common';
import { FlowerDto, FlowerModule, create, instanceOf } from './http.fixture.js';
import { HttpModule } from './http.module.js';
import { Route, control, open, tool } from './route.js';

describe('start-up', () => {
  async function faultOf(controller: new () => object): Promise<string> {
    @Module({ imports: [HttpModule], controllers: [controller] })
    class BadModule {}
    const app = await create(BadModule);
    return app.init().then(
      () => 'it started',
      (error: Error) => error.message,
    );
  }

  it('stops at a handler without a declaration', async () => {
    @Controller()
    class Forgetful {
      @Get('/v1/secrets')
      read(): string {
        return '';
      }
    }
    expect(await faultOf(Forgetful)).toContain('Forgetful.read is mapped to HTTP without @Route');
  });

  it('stops at declarations that contradict themselves, naming all of them', async () => {
    const shape = { path: '/v1/a', summary: 'A', response: FlowerDto } as const;
    @Controller()
    class Careless {
      @Route({ ...shape, method: 'GET', reach: tool('organise'), action: 'none' })
      noAction(): void {}

      @Route({
        ...shape,
        method: 'PUT',
        reach: tool('organise'),
        action: 'member.read',
        classes: ['identity'],
      })
      noPurpose(): void {}

      @Route({ ...shape, method: 'POST', reach: tool('organise'), action: 'member.read', status: 201 })
      noKey(): void {}

      @Route({
        ...shape,
        method: 'PATCH',
        reach: open,
        action: 'none',
        classes: ['opinion'],
        purpose: 'header',
      })
      openData(): void {}

      @Route({ ...shape, method: 'DELETE', reach: control, action: 'tool.read' })
      hiddenBody(@Body() _body: unknown): void {}
    }
    const message = await faultOf(Careless);
    expect(message).toContain('Careless.noAction has the reach "tool" and so needs an action');
    expect(message).toContain('Careless.noPurpose returns identity and so needs a purpose');
    expect(message).toContain('Careless.noKey creates something (201) and so must be idempotent');
    expect(message).toContain('Careless.openData has the reach "open" and so may return no personal data');
    expect(message).toContain('Careless.hiddenBody takes a body that it does not declare');
  });

  it('stops at a route registered behind Nest’s back', async () => {
    const app = await create(FlowerModule);
    expect(() => instanceOf(app).get('/backdoor', (_request, reply) => reply.send('in'))).toThrow(
      /GET \/backdoor is registered without a declared handler/,
    );
    await app.close();
  });
});
