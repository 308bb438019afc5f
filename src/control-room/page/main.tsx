/** In charge of starting the page: it looks for a session, and shows the room. */
import { render } from 'preact';
import { Room } from './room.js';
import { begin } from './session.js';

const place = document.getElementById('room');
if (place) render(<Room />, place);
void begin();
