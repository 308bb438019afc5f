/** In charge of the frame: who is signed in, where one can go, what the page does not know, and which view is shown. */
import { useSignalEffect } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useEffect, useLayoutEffect } from 'preact/hooks';
import { FindView } from './find-view.js';
import { HistoryView } from './history-view.js';
import { headline } from './headline.js';
import * as knowledge from './knowledge.js';
import { forgetNames } from './names.js';
import { NotForYouView } from './not-for-you-view.js';
import { NowView } from './now-view.js';
import { order, putAway } from './order.js';
import { StaleBanner } from './stale-banner.js';
import { StoppedSelfView } from './stopped-self-view.js';
import { StopDialog } from './stop-dialog.js';
import { SuspensionView } from './suspension-view.js';
import * as session from './session.js';
import { SignInView } from './sign-in-view.js';
import { say, spoken, view, viewKey } from './view.js';
import { roleName } from './words.js';

const title = 'Control room – Rosette';

export function Room() {
  const state = session.state.value;
  useEffect(() => {
    if (state === 'signed-in') return knowledge.start();
    knowledge.stop();
    forgetNames();
    putAway();
  }, [state]);
  useSignalEffect(() => {
    const told = session.state.value === 'signed-in' ? headline.value : undefined;
    document.title = told === undefined ? title : `${told} – ${title}`;
    if (told !== undefined) say(told);
  });
  return (
    <>
      <p class="unseen" role="status">
        {spoken}
      </p>
      {state === 'signed-in' ? <SignedIn /> : <SignInView />}
    </>
  );
}

function SignedIn() {
  const key = viewKey.value;
  // The heading is where reading begins; before anybody can have gone on from there.
  useLayoutEffect(() => {
    document.querySelector<HTMLElement>('main h1')?.focus();
  }, [key]);
  return (
    <>
      <a class="skip" href="#main" onClick={toMain}>
        Skip to what is running
      </a>
      <Header />
      <StaleBanner />
      <main id="main">
        <View />
      </main>
      {order.value === undefined ? null : <OrderNotice />}
      <StopDialog />
    </>
  );
}

function View() {
  const { name, id } = view.value;
  if (knowledge.isSelfStopped.value) return <StoppedSelfView />;
  if (knowledge.isNotForAsker.value) return <NotForYouView />;
  if (name === 'suspension') return <SuspensionView key={id} id={id} />;
  if (name === 'find') return <FindView />;
  if (name === 'history') return <HistoryView />;
  return <NowView />;
}

function Header() {
  const me = session.me.value;
  const roles = [...new Set(me?.grants.map(({ role }) => roleName(role)))];
  return (
    <header class="bar">
      <p class="brand">
        <span aria-hidden="true" class="brand-mark" />
        Rosette <span class="brand-room">control room</span>
      </p>
      <nav aria-label="Views">
        <ul>
          <Place name="">Now</Place>
          <Place name="find">Find</Place>
          <Place name="history">History</Place>
        </ul>
      </nav>
      <p class="who">
        <span>
          <strong>{me?.displayName}</strong>
          {roles.length > 0 ? <span class="muted"> {roles.join(', ')}</span> : null}
        </span>
        <button type="button" class="plain" onClick={() => void session.signOut()}>
          Sign out
        </button>
      </p>
    </header>
  );
}

function Place({ name, children }: { name: string; children: ComponentChildren }) {
  const isHere = view.value.name === name;
  return (
    <li>
      <a href={`#/${name}`} aria-current={isHere ? 'page' : undefined}>
        {children}
      </a>
    </li>
  );
}

/** For an order whose dialog was closed before it was proved. */
function OrderNotice() {
  const now = order.value;
  if (!now || ['complete', 'refused'].includes(now.phase)) return null;
  return (
    <p class="order-notice">
      {now.suspension === undefined
        ? `The order to stop ${now.target.name} has not been answered yet.`
        : `${now.target.name} is stopped; it is not proved everywhere yet.`}
    </p>
  );
}

function toMain(event: Event): void {
  event.preventDefault();
  document.querySelector<HTMLElement>('main h1')?.focus();
}
