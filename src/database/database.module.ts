import { Global, Inject, Module, type DynamicModule, type OnApplicationShutdown } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { ENVIRONMENT, type Environment } from '../config/environment.js';
import { apiDataSource, urgentDataSource, type Entities } from './data-source.js';
import { Database, URGENT_DATA_SOURCE } from './database.js';
import { DatabaseProblems } from './database-problems.js';
import { refuseUnsafeRole } from './role-check.js';

@Global()
@Module({
  providers: [Database, DatabaseProblems],
  exports: [Database],
})
export class DatabaseModule implements OnApplicationShutdown {
  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    @Inject(URGENT_DATA_SOURCE) private readonly urgent: DataSource,
  ) {}

  static with(entities: Entities): DynamicModule {
    const dataSource = {
      provide: DataSource,
      inject: [ENVIRONMENT],
      useFactory: async (environment: Environment) => {
        const source = await apiDataSource(
          environment.DATABASE_URL ?? '',
          environment.DATABASE_POOL_SIZE,
          entities,
        ).initialize();
        await refuseUnsafeRole(source);
        return source;
      },
    };
    const urgent = {
      provide: URGENT_DATA_SOURCE,
      inject: [ENVIRONMENT],
      // Past any pooler: its connections may be taken by the same crowd.
      useFactory: async (environment: Environment) => {
        const source = await urgentDataSource(environment.DATABASE_DIRECT_URL ?? '', entities).initialize();
        await refuseUnsafeRole(source);
        return source;
      },
    };
    return { module: DatabaseModule, providers: [dataSource, urgent] };
  }

  async onApplicationShutdown(): Promise<void> {
    await Promise.all([this.dataSource.destroy(), this.urgent.destroy()]);
  }
}
