/** In charge of finding a person, a program or an office to stop, as one types. */
import { useEffect, useState } from 'preact/hooks';
import { looked, search, type Found } from './names.js';
import { StopButton } from './stop-button.js';
import { count, faultInWords } from './words.js';

const pauseMs = 150;
const pageSize = 20;

export function FindView() {
  const [text, setText] = useState('');
  const [found, setFound] = useState<Found[] | undefined>(undefined);
  const [fault, setFault] = useState<unknown>(undefined);
  const [shown, setShown] = useState(pageSize);
  useEffect(() => {
    let isWanted = true;
    const look = async () => {
      try {
        const result = await search(text, () => isWanted);
        if (isWanted) setFound(text.trim() === '' ? undefined : result);
        setFault(undefined);
      } catch (error) {
        if (isWanted) setFault(error);
      }
    };
    const timer = setTimeout(() => void look(), pauseMs);
    setShown(pageSize);
    return () => {
      isWanted = false;
      clearTimeout(timer);
    };
  }, [text]);

  return (
    <>
      <h1 tabIndex={-1}>Find a person or an office</h1>
      <form role="search" onSubmit={(event) => event.preventDefault()}>
        <label>
          Name, e-mail address or role
          <input
            type="search"
            value={text}
            autocomplete="off"
            spellcheck={false}
            onInput={(event) => setText(event.currentTarget.value)}
          />
        </label>
      </form>
      <p role="status">{fault === undefined ? outcomeOf(found) : faultInWords(fault)}</p>
      <ul class="rows">
        {found?.slice(0, shown).map((one) => (
          <FoundRow key={one.id} found={one} />
        ))}
      </ul>
      {found !== undefined && found.length > shown ? (
        <button type="button" class="plain" onClick={() => setShown(shown + pageSize)}>
          Show more
        </button>
      ) : null}
    </>
  );
}

function FoundRow({ found }: { found: Found }) {
  const { kind, id, name, about } = found;
  return (
    <li class="person">
      <span class="row-name">{name}</span>
      <span class="muted row-about">{about}</span>
      <StopButton target={{ kind, id, name }} about={about} />
    </li>
  );
}

function outcomeOf(found: readonly Found[] | undefined): string {
  if (found === undefined) return '';
  const { accounts, isAll } = looked.value;
  const among = isAll
    ? `among all ${count(accounts, 'account')}`
    : `among the first ${count(accounts, 'account')}; write more to narrow it`;
  return `${found.length === 0 ? 'Nobody' : figureOf(found.length)} found ${among}.`;
}

const figureOf = (value: number) => (value === 1 ? 'One' : String(value));
