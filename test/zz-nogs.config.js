import base from './jest.config.js';
export default { ...base, globalSetup: undefined, globalTeardown: undefined };
