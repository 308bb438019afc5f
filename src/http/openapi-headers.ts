/** In charge of what the OpenAPI document says of the headers that many answers share; each answer refers to it. */
export const LIMIT_HEADERS = {
  RateLimit: {
    description:
      'What is left of the bucket, and in how many seconds the next request is allowed; 0 while any remain ' +
      '(draft-ietf-httpapi-ratelimit-headers-10). An account has one bucket, or an address without a valid token.',
    schema: { type: 'string' },
    example: '"default";r=1187;t=0',
  },
  'RateLimit-Policy': {
    description: 'How many requests the bucket holds, and in how many seconds it fills.',
    schema: { type: 'string' },
    example: '"default";q=1200;w=60',
  },
  'Retry-After': {
    description: 'Seconds to wait before the request is made again.',
    schema: { type: 'string', pattern: '^[0-9]+$' },
    example: '3',
  },
} as const;

export type LimitHeader = keyof typeof LIMIT_HEADERS;
