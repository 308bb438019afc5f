/** In charge of the words in which a walk is refused because of who holds it. */
export const heldByAnother = 'somebody else holds the walk';
export const doorsHeld = 'doors of the walk are on another walk that is claimed now';
