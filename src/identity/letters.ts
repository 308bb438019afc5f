/**
 * The letters that this room sends. A token stands behind the # of a link, which browsers send to no server and so
 * reaches no log of a proxy.
 */
export interface Letter {
  to: string;
  subject: string;
  text: string;
  kind: 'account';
}

export function passwordResetMail(to: string, token: string, publicUrl: string | undefined): Letter {
  const text = [
    'Somebody, probably you, asked to set a new password for your Rosette account.',
    '',
    ...way('password-reset', token, publicUrl),
    '',
    'It is valid for 30 minutes and works once. If it was not you, do nothing: your password stays as it is.',
  ];
  return { to, subject: 'Set a new password', text: text.join('\n'), kind: 'account' };
}

export function invitationMail(to: string, token: string, publicUrl: string | undefined): Letter {
  const text = [
    'You are invited to Rosette, where your campaign keeps its canvassing records. Choose a password to begin.',
    '',
    ...way('invitation', token, publicUrl),
    '',
    'It is valid for 72 hours and works once. If you did not expect it, do nothing.',
  ];
  return { to, subject: 'Your invitation to Rosette', text: text.join('\n'), kind: 'account' };
}

function way(page: string, token: string, publicUrl: string | undefined): string[] {
  if (publicUrl === undefined) return [`Your one-time code: ${token}`];
  return [
    new URL(`${page}#token=${token}`, publicUrl.endsWith('/') ? publicUrl : `${publicUrl}/`).toString(),
  ];
}
