/** In charge of the one sentence that says how things stand. */
import { computed } from '@preact/signals';
import { inForce, isStale, suspensions, tools } from './knowledge.js';
import { count, toolName } from './words.js';

/** `undefined`: not known. */
export const headline = computed(() => {
  const known = tools.value.value?.items;
  if (!known || !suspensions.value.value || isStale.value) return undefined;
  const stopped = known.filter(({ isRunning }) => !isRunning).map(({ name }) => toolName(name));
  const isAll = inForce.value.some(({ target, state }) => target.kind === 'all' && state !== 'scheduled');
  if (isAll || (stopped.length > 1 && stopped.length === known.length))
    return isAll ? 'Everything is stopped' : 'Both tools are stopped';
  if (stopped.length > 0) return `${stopped.join(' and ')} ${stopped.length > 1 ? 'are' : 'is'} stopped`;
  const others = inForce.value.filter(({ state }) => state !== 'scheduled').length;
  return others === 0 ? 'Everything is running' : `Both tools are running; ${count(others, 'scope')} stopped`;
});
