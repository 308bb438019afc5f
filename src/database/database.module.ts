import { Global, Inject, Module, type OnApplicationShutdown } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { ENVIRONMENT, type Environment } from '../config/environment.js';
import { apiDataSource } from './data-source.js';
import { Database } from './database.js';
import { DatabaseProblems } from './database-problems.js';
import { refuseUnsafeRole } from './role-check.js';

@Global()
@Module({
  providers: [
    {
      provide: DataSource,
      inject: [ENVIRONMENT],
      useFactory: async (environment: Environment) => {
        const dataSource = await apiDataSource(environment.DATABASE_URL ?? '', environment.DATABASE_POOL_SIZE).initialize();
        await refuseUnsafeRole(dataSource);
        return dataSource;
      },
    },
    Database,
    DatabaseProblems,
  ],
  exports: [Database],
})
export class DatabaseModule implements OnApplicationShutdown {
  constructor(@Inject(DataSource) private readonly dataSource: DataSource) {}

  async onApplicationShutdown(): Promise<void> {
    await this.dataSource.destroy();
  }
}
