/**
 * The list of all routes, made at start-up. It refuses to start with a handler that declares nothing, with
 * a declaration that contradicts itself, and with a route that was registered behind Nest's back; gate,
 * guards and tests read the list.
 */
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { METHOD_METADATA, PATH_METADATA } from '@nestjs/common/constants.js';
import { DiscoveryService, MetadataScanner } from '@nestjs/core';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { faultsOf } from './route-check.js';
import { operationIdOf, type RouteDeclaration } from './route-declaration.js';
import { declarationOf } from './route.js';

export interface DeclaredRoute {
  method: RouteDeclaration['method'];
  path: string;
  declaration: RouteDeclaration;
  /** Names, for messages and golden files. */
  controller: string;
  handler: string;
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Set for every declared route; absent only where no route matched. */
    rosette?: DeclaredRoute;
  }
}

/** The declared route a request was matched to; `undefined` for an unknown address. */
export function routeOf(request: FastifyRequest): DeclaredRoute | undefined {
  return request.routeOptions.config?.rosette;
}

/** Thrown at start-up with every fault found. */
export class RouteFault extends Error {
  override readonly name = 'RouteFault';

  constructor(faults: readonly string[]) {
    super(`The application cannot start:\n${faults.map((fault) => `  - ${fault}`).join('\n')}`);
  }
}

@Injectable()
export class RouteRegistry implements OnModuleInit {
  private declared: DeclaredRoute[] | undefined;

  constructor(
    private readonly discovery: DiscoveryService,
    private readonly scanner: MetadataScanner,
  ) {}

  onModuleInit(): void {
    this.routes();
  }

  /**
   * Every route, ordered by path and method.
   * @throws RouteFault naming each controller.handler that cannot be accepted
   */
  routes(): readonly DeclaredRoute[] {
    return (this.declared ??= this.collect());
  }

  /** Methods that answer at an address, for `Allow`; empty if none does. */
  methodsAt(url: string): string[] {
    const path = url.split('?', 1)[0] ?? url;
    const methods = this.routes()
      .filter((route) => patternOf(route.path).test(path))
      .map(({ method }) => method);
    return methods.includes('GET') ? ['HEAD', ...methods].sort() : [...methods].sort();
  }

  /** Attaches the declaration to each Fastify route, and refuses a route that has none. Call before routes are made. */
  assertOnlyDeclaredRoutes(instance: FastifyInstance): void {
    instance.addHook('onRoute', (options) => {
      const methods = [options.method].flat();
      for (const method of methods) {
        const asked = method === 'HEAD' ? 'GET' : method;
        const route = this.routes().find(
          (candidate) => candidate.method === asked && candidate.path === options.url,
        );
        if (!route || methods.length > 1) {
          throw new RouteFault([
            `${methods.join(', ')} ${options.url} is registered without a declared handler`,
          ]);
        }
        options.config = { ...options.config, rosette: route };
        if (route.declaration.bodyLimit !== undefined) options.bodyLimit = route.declaration.bodyLimit;
      }
    });
  }

  private collect(): DeclaredRoute[] {
    const routes: DeclaredRoute[] = [];
    const faults: string[] = [];
    for (const { metatype } of this.discovery.getControllers()) {
      if (typeof metatype !== 'function') continue;
      const prefix: unknown = Reflect.getMetadata(PATH_METADATA, metatype);
      for (const handler of this.scanner.getAllMethodNames(metatype.prototype as object)) {
        const method = (metatype.prototype as Record<string, object>)[handler];
        if (!method || Reflect.getMetadata(METHOD_METADATA, method) === undefined) continue;
        const name = `${metatype.name}.${handler}`;
        const declaration = declarationOf(method);
        if (!declaration) {
          faults.push(`${name} is mapped to HTTP without @Route: declare its reach`);
          continue;
        }
        if (prefix !== '/') faults.push(`${name} must carry its whole path: @Controller() takes no prefix`);
        if (Reflect.getMetadata(PATH_METADATA, method) !== declaration.path)
          faults.push(`${name} is mapped twice`);
        faults.push(...faultsOf(declaration, metatype, handler).map((fault) => `${name} ${fault}`));
        routes.push({
          method: declaration.method,
          path: declaration.path,
          declaration,
          controller: metatype.name,
          handler,
        });
      }
    }
    faults.push(...duplicates(routes));
    if (faults.length > 0) throw new RouteFault(faults);
    return routes.sort(
      (a, b) => a.path.localeCompare(b.path, 'en') || a.method.localeCompare(b.method, 'en'),
    );
  }
}

function duplicates(routes: readonly DeclaredRoute[]): string[] {
  const seen = new Map<string, string>();
  const faults: string[] = [];
  for (const { method, path, controller, handler } of routes) {
    const name = `${controller}.${handler}`;
    for (const key of [`${method} ${path}`, `the operation id ${operationIdOf(controller, handler)}`]) {
      const other = seen.get(key);
      if (other) faults.push(`${name} and ${other} both have ${key}`);
      seen.set(key, name);
    }
  }
  return faults;
}

/** `/v1/lists/:id` → a pattern for addresses; only used where no route matched, so its cost does not matter. */
function patternOf(path: string): RegExp {
  const parts = path
    .split('/')
    .map((part) => (part.startsWith(':') ? '[^/]+' : part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')));
  return new RegExp(`^${parts.join('/')}$`);
}
