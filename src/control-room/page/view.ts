/**
 * In charge of which view is shown, by the part of the address after #, so that back and reload work; of where the focus goes
 * then; and of what is said aloud to who cannot see it.
 */
import { computed, signal } from '@preact/signals';

const hash = signal(location.hash);
window.addEventListener('hashchange', () => {
  hash.value = location.hash;
  window.scrollTo(0, 0);
});

export const view = computed(() => {
  const [name = '', id = ''] = hash.value.replace(/^#\/?/, '').split('/');
  return { name, id };
});

/** Changes with each view, and nothing else. */
export const viewKey = computed(() => `${view.value.name}/${view.value.id}`);

/** Once what had the focus is gone, or is about to go: the heading says how things stand. */
export function focusHeading(): void {
  requestAnimationFrame(() => document.querySelector<HTMLElement>('main h1')?.focus());
}

/** Said politely, one after the other; the same sentence is not said twice in a row. */
export const spoken = signal('');

export function say(sentence: string): void {
  spoken.value = sentence;
}
