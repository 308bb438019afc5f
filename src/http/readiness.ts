/**
 * What has to hold before this process may be sent requests. Rooms above push their checks into the list
 * in `onModuleInit`; a check says no by rejecting.
 */
export interface ReadinessCheck {
  name: string;
  check(): Promise<void>;
}

/** Token of the list of checks. */
export const READINESS_CHECKS = Symbol('READINESS_CHECKS');

/** A check that hangs is a check that failed. */
const PATIENCE_MS = 2000;

export interface ReadinessReport {
  isReady: boolean;
  checks: { name: string; isReady: boolean }[];
}

/** Asks all checks at once; never rejects, and says nothing of why a check failed. */
export async function askReadiness(checks: readonly ReadinessCheck[]): Promise<ReadinessReport> {
  const answers = await Promise.all(
    checks.map(async (check) => ({ name: check.name, isReady: await holdsInTime(check) })),
  );
  return { isReady: answers.every(({ isReady }) => isReady), checks: answers };
}

async function holdsInTime(readiness: ReadinessCheck): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), PATIENCE_MS);
  });
  const asked = (async () => readiness.check())().then(
    () => true,
    () => false,
  );
  return Promise.race([asked, timeout]).finally(() => clearTimeout(timer));
}
