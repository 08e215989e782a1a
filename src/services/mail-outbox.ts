export interface Mail {
  /** The sender's idempotency key; receivers drop a message whose id they have seen. */
  readonly messageId: string;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
}

/** Hands mail to whatever delivers it. */
export interface MailOutbox {
  /** A repeated call for the same message id sends nothing. */
  send(mail: Mail): Promise<void>;
}
