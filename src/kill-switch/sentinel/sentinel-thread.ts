/** The sentinel's thread: started by sentinel.service.ts, compiled, as a file of its own. */
import { parentPort, workerData, type MessagePort } from 'node:worker_threads';
import type { SentinelOrders } from './sentinel-message.js';
import { SentinelRunner } from './sentinel-runner.js';

new SentinelRunner(workerData as SentinelOrders, parentPort as MessagePort).start();
