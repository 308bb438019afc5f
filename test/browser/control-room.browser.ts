import { createServer } from 'node:http';
import { createServer as createSocketServer, type AddressInfo, type Server } from 'node:net';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { createHolder, goodPassword } from '../support/sign-in.js';
import { putney } from '../support/people.js';
import { runRosette } from '../support/rosette-command.js';
import { barriersIn, overflowOf, startChromium, type WatchedPage } from './chromium.js';
import { ControlRoomWorld, type Controller } from './control-room-world.js';

describe('The control room', () => {
  let browser: Browser;
  let world: ControlRoomWorld;
  let gene: Controller;
  let ada: Controller;
  let opened: WatchedPage[];

  beforeAll(async () => {
    browser = await startChromium();
    world = await ControlRoomWorld.create(browser);
    gene = await world.controller('general-secretary', 'Gene Secretary');
    ada = await world.controller('administrator', 'Ada Ministrator');
  }, 60_000);

  beforeEach(() => {
    opened = [];
  });

  /** Whatever a test is about: nothing was violated, thrown, or asked of another origin. */
  afterEach(async () => {
    const faults = opened.flatMap((watched) => watched.faults);
    await Promise.all(opened.map(({ page }) => page.context().close()));
    await world.liftAll();
    expect(faults).toEqual([]);
  });

  afterAll(async () => {
    await browser?.close();
    await world?.end();
  });

  const open = async (options: BrowserContextOptions = {}): Promise<Page> => {
    const watched = await world.open(options);
    opened.push(watched);
    return watched.page;
  };
  const enter = async (person: Controller, options: BrowserContextOptions = {}): Promise<Page> => {
    const page = await open(options);
    await world.signIn(page, person);
    return page;
  };
  const heading = (page: Page, name: string | RegExp) =>
    page.getByRole('heading', { level: 1, name }).waitFor();
  const stopTool = async (page: Page) => {
    await page.getByRole('button', { name: 'Stop Contact Creator…' }).click();
    await page.getByLabel('Why').fill('somebody who has left is still using the data');
    await page.getByRole('button', { name: 'Stop Contact Creator now' }).click();
  };

  const keepCertificate = async (page: Page): Promise<string> => {
    await page.getByRole('button', { name: 'Read the certificate' }).click();
    await page.getByRole('region', { name: 'The certificate' }).getByText('rosette-flip/1').waitFor();
    const kept = page.waitForEvent('download');
    await page.getByRole('link', { name: 'Keep it as a file' }).click();
    return (await kept).path();
  };

  it('stops a tool from sign-in to certificate, in two actions with a reason, and a file that is being fetched is cut', async () => {
    const file = await world.beginExport();
    expect(file.status).toBe(200);
    const page = await enter(gene);
    await heading(page, 'Everything is running');
    await stopTool(page);
    await page.getByText('Stopped.', { exact: true }).waitFor();
    file.resume();
    expect(await file.ended).toBe(false);
    expect(file.text()).not.toContain('# end of export');

    await page.getByRole('link', { name: 'Look at the proof' }).click();
    await heading(page, 'Contact Creator: stopped');
    const proof = page.getByRole('region', { name: 'The proof' });
    expect(await proof.getByText(/Replica \d+ said so itself/).count()).toBe(2);
    await proof.getByText(/which its lock proves/).waitFor();
    await page.getByText(/7[12] h \d+ min left/).waitFor();
    expect(await page.title()).toContain('Contact Creator is stopped');
    const certificate = await keepCertificate(page);
    const { code, stdout } = await runRosette({}, 'verify', certificate);
    expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringContaining('All of it holds.') });
    const { rows } = await world.database.admin.query(
      'SELECT target_id, ordered_by, reason FROM ks.suspension WHERE lifted_at IS NULL',
    );
    expect(rows).toEqual([
      {
        target_id: 'contact-creator',
        ordered_by: gene.accountId,
        reason: 'somebody who has left is still using the data',
      },
    ]);
  });

  it('sends no order without a reason, nor after Escape', async () => {
    const page = await enter(gene);
    const orders = async () =>
      (await world.database.admin.query('SELECT FROM ks.suspension WHERE lifted_at IS NULL')).rowCount;
    await page.getByRole('button', { name: 'Stop everything…' }).click();
    await page.getByRole('button', { name: 'Stop everything now' }).click();
    await page.getByLabel('Why').fill('   ');
    await page.getByRole('button', { name: 'Stop everything now' }).click();
    expect(await page.getByRole('dialog').isVisible()).toBe(true);
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    expect(await orders()).toBe(0);
  });

  it('lifts a tool by two people in two browsers, and tells the first that he is not the second', async () => {
    const first = await enter(gene);
    await stopTool(first);
    await first.getByRole('link', { name: 'Look at the proof' }).click();
    await first.getByRole('button', { name: 'Ask for the lift…' }).click();
    await first.getByLabel('Why it may be lifted').fill('a false alarm');
    await first.getByRole('button', { name: 'Ask for the lift', exact: true }).click();
    await first.getByText('You cannot confirm what you have asked for.').waitFor();
    expect(await first.getByRole('button', { name: /Confirm/ }).count()).toBe(0);

    const second = await enter(ada);
    await heading(second, 'Contact Creator is stopped');
    await second.getByRole('listitem').getByRole('link', { name: 'Contact Creator' }).first().click();
    await second.getByText('Gene Secretary asked').waitFor();
    await second.getByText('“a false alarm”').waitFor();
    await second.getByRole('button', { name: 'Confirm, and lift…' }).click();
    await second.getByLabel('Why it may be lifted').fill('nothing has left the party');
    await second.getByRole('button', { name: 'Confirm, and lift', exact: true }).click();
    await heading(second, 'Contact Creator: lifted');
    // The other page learns of it by itself.
    await heading(first, 'Contact Creator: lifted');
    await first.getByRole('link', { name: 'Now', exact: true }).click();
    await heading(first, 'Everything is running');
    await first.getByRole('link', { name: 'History' }).click();
    await first.getByRole('link', { name: 'Contact Creator' }).first().waitFor();
  });

  it('shows who is at work, finds a person as one types, and stops him alone', async () => {
    const [mallory, olive] = [
      await world.organiser('Mallory Memberson'),
      await world.organiser('Olive Organiser'),
    ];
    const look = async ({ client }: typeof mallory) =>
      (await client.get(`/v1/electors?constituencyId=${putney}&limit=2`)).status;
    expect([await look(mallory), await look(olive)]).toEqual([200, 200]);
    const page = await enter(gene);
    const row = page
      .getByRole('region', { name: /At work/ })
      .getByRole('listitem')
      .filter({ hasText: 'Mallory' });
    await row.getByText(/1 disclosure, 2 rows/).waitFor();
    await page.getByRole('link', { name: 'Find', exact: true }).click();
    await page.getByLabel('Name, e-mail address or role').pressSequentially('mallory mem');
    await page.getByText(/^One found/).waitFor();
    await page.getByRole('button', { name: /^Stop Mallory Memberson/ }).click();
    await page.getByLabel('Why').fill('has left the party');
    await page.getByRole('button', { name: 'Stop Mallory Memberson now' }).click();
    await page.getByText('Stopped.', { exact: true }).waitFor();
    expect([await look(mallory), await look(olive)]).toEqual([403, 200]);
    await page.getByRole('button', { name: 'Close' }).click();
    await page.getByRole('link', { name: 'Now', exact: true }).click();
    await heading(page, 'Both tools are running; 1 scope stopped');
    await row.getByText('Stopped').waitFor();
  });

  it('asks for password and code again where the session is five minutes old, in the same dialog', async () => {
    const page = await enter(gene);
    await world.database.admin.query(
      'UPDATE identity.session SET stepped_up_until = now() WHERE account_id = $1',
      [gene.accountId],
    );
    await stopTool(page);
    await page.getByText('Confirm who you are').first().waitFor();
    expect(await page.getByLabel('Why').inputValue()).toContain('somebody who has left');
    await page.getByLabel('Password').fill('wrong');
    await page.getByLabel('Code').fill(await world.code(gene));
    await page.getByRole('button', { name: 'Stop Contact Creator now' }).click();
    await page.getByText(/Nothing was stopped. Name, password or code is wrong/).waitFor();
    await page.getByLabel('Password').fill(goodPassword);
    await page.getByLabel('Code').fill(await world.code(gene));
    await page.getByRole('button', { name: 'Stop Contact Creator now' }).click();
    await page.getByText('Stopped.', { exact: true }).waitFor();
  });

  it('is used by keyboard alone: sign-in, stop and close, and the focus is where it was left', async () => {
    const page = await open();
    const focused = () =>
      page.evaluate(
        () => document.activeElement?.textContent || document.activeElement?.getAttribute('name'),
      );
    const tabTo = async (name: string) => {
      for (let n = 0; n < 40; n += 1) {
        if ((await focused()) === name) return;
        await page.keyboard.press('Tab');
      }
      throw new Error(`no way to ${name} by Tab`);
    };
    await page.getByLabel('E-mail address').waitFor();
    await tabTo('username');
    await page.keyboard.type(gene.username);
    await tabTo('password');
    await page.keyboard.type(goodPassword);
    await tabTo('code');
    await page.keyboard.type(await world.code(gene));
    await page.keyboard.press('Enter');
    await heading(page, 'Everything is running');
    await page.getByRole('button', { name: 'Stop Organise…' }).waitFor();
    await tabTo('Stop Organise…');
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').waitFor();
    expect(await focused()).toBe('Stop Organise?');
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    expect(await focused()).toBe('Stop Organise…');
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').waitFor();
    await tabTo('reason');
    await page.keyboard.type('because');
    await tabTo('Stop Organise now');
    await page.keyboard.press('Enter');
    await page.getByText('Stopped.', { exact: true }).waitFor();
    // Within the dialog, round and round.
    await tabTo('Close');
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    // The button is gone with what it stopped.
    await page.waitForFunction(() => document.activeElement?.textContent === 'Organise is stopped');
  });

  it('shows a replica that is silent while it is waited for, and how it was shut out', async () => {
    const page = await enter(gene);
    await heading(page, 'Everything is running');
    process.kill(world.replicas[1].pid, 'SIGSTOP');
    try {
      await stopTool(page);
      await page.getByText(/Sent .* ago; waiting for the answer/).waitFor();
      await page
        .getByRole('dialog')
        .getByText(/Has not heard of the last change yet|Silent for/)
        .first()
        .waitFor();
      await page.getByText('Stopped.', { exact: true }).waitFor();
      await page
        .getByRole('dialog')
        .getByText(/was silent for 2,\d{3} ms, .* shut out for good/)
        .waitFor();
    } finally {
      process.kill(world.replicas[1].pid, 'SIGCONT');
    }
  });

  it('says that it is in force and not proved yet while the API says so, and then that it is', async () => {
    const page = await enter(gene);
    await heading(page, 'Everything is running');
    // The switch's own connections of this replica go that way.
    await world.relay.close();
    await stopTool(page);
    await page.getByText('In force, not proved yet.', { exact: true }).waitFor({ timeout: 25_000 });
    await page.getByText('Not proved yet that nothing of it still runs there.').waitFor();
    expect(await page.getByText('Stopped.', { exact: true }).count()).toBe(0);
    await world.relay.open();
    await page.getByText('Stopped.', { exact: true }).waitFor({ timeout: 25_000 });
  });

  it('goes on as far as the API lets it for who has stopped himself', async () => {
    const una = await world.controller('general-secretary', 'Una Wary');
    const page = await enter(una);
    await page.getByRole('link', { name: 'Find', exact: true }).click();
    await page.getByLabel('Name, e-mail address or role').fill(una.username);
    await page.getByRole('button', { name: /^Stop Una Wary/ }).click();
    await page.getByText('This is you.').waitFor();
    await page.getByLabel('Why').fill('my telephone was stolen');
    await page.getByRole('button', { name: 'Stop Una Wary now' }).click();
    await page.getByText('Stopped.', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Close' }).click();
    await heading(page, 'You are stopped yourself');
    await page.getByText('Your account', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByText('You have signed out.').waitFor();
  });

  it('offers nothing to stop to the data protection officer, who looks', async () => {
    const page = await enter(await world.controller('data-protection-officer', 'Dee Pio'));
    await heading(page, 'Everything is running');
    await page.getByText('Your account may look, and not stop anything.').waitFor();
    await page.getByRole('region', { name: /At work/ }).waitFor();
    expect(await page.getByRole('button', { name: /^Stop/ }).count()).toBe(0);
  });

  it('is not open to who works with electors, and says to whom it is', async () => {
    const page = await open();
    const canvasser = await createHolder(world.database, 'canvasser', putney);
    await page.getByLabel('E-mail address').fill(canvasser.username);
    await page.getByLabel('Password').fill(goodPassword);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await heading(page, 'The control room is not open to you');
    await page.getByText(/It is for the general secretary/).waitFor();
    expect(await page.getByText('This page knows nothing').count()).toBe(0);
  });

  it('finds an office among more accounts than one page of the API holds, and stops everybody in it', async () => {
    const olive = await world.organiser('Olive Officer');
    await world.office('Committee Room of Putney', olive.accountId);
    await world.database.admin.query(
      `INSERT INTO identity.account (id, kind, username, display_name)
       SELECT gen_random_uuid(), 'person', format('crowd-%s@example.org', lpad(n::text, 4, '0')), format('Crowd %s', n)
       FROM generate_series(1, 1200) n`,
    );
    const look = async () => (await olive.client.get(`/v1/electors?constituencyId=${putney}&limit=2`)).status;
    expect(await look()).toBe(200);
    const page = await enter(gene);
    await page.getByRole('link', { name: 'Find', exact: true }).click();
    const field = page.getByLabel('Name, e-mail address or role');
    await field.fill('crowd');
    await page.getByText(/found among the first 500 accounts; write more/).waitFor();
    expect(await page.getByRole('main').getByRole('listitem').count()).toBe(20);
    await page.getByRole('button', { name: 'Show more' }).click();
    expect(await page.getByRole('main').getByRole('listitem').count()).toBe(40);
    await field.fill('crowd 1200');
    await page.getByText(/^One found among all 1,2\d\d accounts/).waitFor();
    await field.fill('committee room');
    await page.getByRole('button', { name: /^Stop Committee Room of Putney, Office/ }).click();
    await page.getByText(/for everybody in the office/).waitFor();
    await page.getByLabel('Why').fill('their member has resigned');
    await page.getByRole('button', { name: 'Stop Committee Room of Putney now' }).click();
    await page.getByText('Stopped.', { exact: true }).waitFor();
    expect(await look()).toBe(403);
  });

  it('has no barrier that axe-core knows of in any view, light or dark, and is never wider than 320 pixels', async () => {
    await world
      .organiser('Olive Longname-of-the-Very-Long-Names')
      .then(({ client }) => client.get(`/v1/electors?constituencyId=${putney}&limit=2`));
    for (const colorScheme of ['light', 'dark'] as const) {
      const page = await open({ colorScheme });
      const look = async (name: string) => {
        const seen: Record<string, unknown> = { name, barriers: await barriersIn(page) };
        for (const width of [1280, 320]) {
          await page.setViewportSize({ width, height: 800 });
          seen[width] = await overflowOf(page);
          await keepPicture(page, `${name}-${colorScheme}-${width}`);
        }
        await page.setViewportSize({ width: 1280, height: 900 });
        expect(seen).toEqual({ name, barriers: [], 1280: 0, 320: 0 });
      };
      await page.getByLabel('E-mail address').waitFor();
      await look('sign-in');
      await world.signIn(page, gene);
      await page.getByText(/this minute/).waitFor();
      await page.getByText('Olive Longname-of-the-Very-Long-Names').first().waitFor();
      await look('now');
      await page.getByRole('button', { name: 'Stop Contact Creator…' }).click();
      await look('stop-dialog');
      await page.getByRole('button', { name: 'Cancel' }).click();
      await stopTool(page);
      await page.getByText('Stopped.', { exact: true }).waitFor();
      await look('stopped-dialog');
      await page.getByRole('link', { name: 'Look at the proof' }).click();
      await page.getByRole('region', { name: 'The proof' }).waitFor();
      await look('suspension');
      await page.getByRole('button', { name: 'Ask for the lift…' }).click();
      await look('lift-dialog');
      await page.getByRole('button', { name: 'Leave it stopped' }).click();
      await page.getByRole('link', { name: 'Now', exact: true }).click();
      await heading(page, 'Contact Creator is stopped');
      await look('now-stopped');
      await page.getByRole('link', { name: 'Find', exact: true }).click();
      await page.getByLabel('Name, e-mail address or role').fill('a');
      await page.getByText(/ found among/).waitFor();
      await look('find');
      await world.liftAll();
      await page.getByRole('link', { name: 'History' }).click();
      await page
        .getByRole('list')
        .getByText(/Lifted/)
        .first()
        .waitFor();
      await look('history');
    }
  }, 90_000);

  it('keeps a session over a reload, and no token where a script finds it', async () => {
    const page = await enter(gene);
    await page.reload();
    await page.getByRole('button', { name: 'Sign out' }).waitFor();
    const stored = await page.evaluate(() => [document.cookie, localStorage.length, sessionStorage.length]);
    expect(stored).toEqual(['', 0, 0]);
    const [cookie, ...others] = await page.context().cookies();
    expect(others).toEqual([]);
    expect(cookie).toMatchObject({
      name: '__Host-rosette-refresh',
      httpOnly: true,
      secure: true,
      sameSite: 'Strict',
      path: '/',
      expires: -1,
    });
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByText('You have signed out.').waitFor();
    expect(await page.context().cookies()).toEqual([]);
    await page.reload();
    await page.getByLabel('E-mail address').waitFor();
  });

  it('cannot be framed by another page, which cannot use its session either', async () => {
    const page = await enter(gene);
    const neighbour = createServer((_, answer) =>
      answer.setHeader('content-type', 'text/html').end(`<iframe src="${world.url}/control-room"></iframe>`),
    ).listen(0, '127.0.0.1');
    await once(neighbour, 'listening');
    try {
      const other = await page.context().newPage();
      await other.goto(`http://127.0.0.1:${(neighbour.address() as AddressInfo).port}/`);
      await other.waitForLoadState('networkidle');
      const [, frame] = other.frames();
      expect(await frame?.evaluate(() => document.querySelector('#room'))).toBeNull();
      const issued = async () =>
        (
          await world.database.admin.query(
            'SELECT FROM identity.refresh_token t JOIN identity.session s ON s.id = t.session_id WHERE s.account_id = $1',
            [gene.accountId],
          )
        ).rowCount;
      const before = await issued();
      // To another port of the same host a browser sends the cookie along.
      const asked = other.waitForEvent('requestfailed');
      const outcome = await other.evaluate(
        (url) =>
          fetch(`${url}/v1/auth/browser/refresh`, {
            method: 'POST',
            credentials: 'include',
            mode: 'no-cors',
          }).then(
            () => 'answered',
            () => 'failed',
          ),
        world.url,
      );
      expect(outcome).toBe('failed');
      expect((await asked).failure()?.errorText).toContain('ERR_BLOCKED_BY_RESPONSE');
      expect(await issued()).toBe(before);
      await page.reload();
      await page.getByRole('button', { name: 'Sign out' }).waitFor();
    } finally {
      neighbour.close();
    }
  });

  it('runs no script but its own, and lets no text become one', async () => {
    const page = await enter(gene);
    const outcome = await page.evaluate(() => {
      const tried: string[] = [];
      const attempt = (name: string, work: () => void) => {
        try {
          work();
        } catch (error) {
          tried.push(`${name}: ${(error as Error).name}`);
        }
      };
      attempt('markup', () => (document.body.innerHTML = '<p>taken over</p>'));
      attempt('script', () => {
        const script = document.createElement('script');
        script.textContent = 'window.isTakenOver = true';
        document.body.append(script);
      });
      attempt('policy', () => Reflect.get(window, 'trustedTypes').createPolicy('own', {}));
      return { tried, isTakenOver: Reflect.get(window, 'isTakenOver') as unknown };
    });
    expect(outcome.isTakenOver).toBeUndefined();
    expect(outcome.tried).toEqual(['markup: TypeError', 'script: TypeError', 'policy: TypeError']);
    // That it was tried is told, and is what this test is about.
    const [watched] = opened.splice(0);
    expect(
      watched!.faults.filter(
        (fault) => !/violated: (require-)?trusted-types|Trusted(HTML|Script|Type)/.test(fault),
      ),
    ).toEqual([]);
    expect(watched!.faults.length).toBeGreaterThan(0);
    await page.context().close();
  });

  /** The last: the replica that serves the page does not come back. */
  it('says that it knows nothing any more once nobody answers, since when, and claims nothing of an order', async () => {
    const page = await enter(gene);
    await heading(page, 'Everything is running');
    // Everything has been learned once.
    await page.getByText(/^Live\. Last heard at/).waitFor();
    await world.replicas[0].kill();
    // Nobody else may answer where it did.
    const silence = await holdPort(Number(new URL(world.url).port));
    await page.getByText(/This page knows nothing since \d\d:\d\d:\d\d/).waitFor();
    await heading(page, 'It is not known what is running');
    await stopTool(page);
    await page.getByText('It is not known whether it is in force.', { exact: true }).waitFor();
    expect(await page.getByText('Stopped.', { exact: true }).count()).toBe(0);
    expect(await barriersIn(page)).toEqual([]);
    await keepPicture(page, 'unreachable-light-1280');
    await page.getByRole('button', { name: 'Close' }).click();
    await page.getByText('has not been answered yet').waitFor();
    await page.getByText('If this page does not work').click();
    await page.getByText(/npx rosette suspend tool/).waitFor();
    await keepPicture(page, 'stale-light-1280');
    silence.close();
  });
});

/** Hangs up on whoever comes. */
async function holdPort(port: number): Promise<Server> {
  const server = createSocketServer((socket) => socket.destroy()).listen(port, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

/** For people to look at, where BROWSER_PICTURES names a folder. */
async function keepPicture(page: Page, name: string): Promise<void> {
  const folder = process.env['BROWSER_PICTURES'];
  if (folder === undefined) return;
  mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${name}.png`), fullPage: !name.includes('dialog') });
}
